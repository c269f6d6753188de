import { setTimeout as sleep } from 'node:timers/promises';
import { type Agent, agentOf, type Person, personOf } from '#test/e2e/people.ts';
import { type ForgeRequest, startTestSuite, type TestSuite, writesAmong } from '#test/e2e/suite.ts';
import { blueprintText } from './blueprint.ts';
import type { Cell, Part } from './part.ts';

const repository = 'acme/storefront';

export const roundTrips: Part = {
  name: 'round-trips',
  title: 'HTTP requests to the backend',
  about:
    'Counted in forge’s own log; the GitHub server knows no difference between forge and a real GitHub. "Proposing" ' +
    'is what the agent’s call causes. The other columns are what carrying it out takes: the write token (the ' +
    'steps of a change share one, which is given back at the end), reads before the first write (does the plan still hold?), ' +
    'writes, and reads from there on (is the commit verified, and what was left behind?). The first row is the ' +
    'first proposal after a start, when the face has no token yet.',
  measure: async () => {
    const suite = await startTestSuite({ blueprints: { 'bench.yaml': blueprintText } });
    const agent = await agentOf(suite.mcpUrl('github'));
    try {
      const count = (tool: string, args: object) => countOne({ suite, agent, person: personOf(suite) }, tool, args);
      const rows: Cell[][] = [
        ['pull request, 1 new file, first after a start', ...(await count(...pullRequest(1, 'first')))],
      ];
      for (const files of [1, 10, 100]) {
        rows.push([`pull request, ${files} new`, ...(await count(...pullRequest(files, `new-${files}`)))]);
      }
      for (const files of [1, 10, 100]) {
        rows.push([`commit_files, ${files} existing`, ...(await count(...edits(files, `new-${files}`)))]);
      }
      return [{ columns, rows }];
    } finally {
      await agent.close();
      await suite.stop();
    }
  },
};

const columns = [
  { name: 'what' },
  { name: 'proposing: tokens' },
  { name: 'proposing: reads' },
  { name: 'tokens' },
  { name: 'reads before' },
  { name: 'writes' },
  { name: 'reads after' },
  { name: 'all' },
];

const paths = (files: number): string[] => Array.from({ length: files }, (_, at) => `docs/bench/${files}-${at}.md`);
const common = (name: string) => ({ repository, branch: `agent/${name}`, reason: 'to measure' });

function pullRequest(files: number, name: string): [string, object] {
  const changes = paths(files).map((path) => ({ path, content: `# ${path}\n\nOne line.\n` }));
  return ['propose_pull_request', { ...common(name), title: `With ${files} files`, files: changes }];
}

function edits(files: number, name: string): [string, object] {
  const edit = { find: 'One line.', replace: 'Another line.' };
  const changes = paths(files).map((path) => ({ path, edits: [edit] }));
  return ['commit_files', { ...common(name), message: `Edit ${files} files`, files: changes }];
}

type Place = { readonly suite: TestSuite; readonly agent: Agent; readonly person: Person };

async function countOne({ suite, agent, person }: Place, tool: string, args: object): Promise<number[]> {
  const start = suite.requests().length;
  const { change_id: id } = await agent.call(tool, args);
  const proposed = suite.requests().length;
  const { status } = await person.carryOut(id);
  if (status !== 'applied') throw new Error(`${id} is ${status}`);
  await tokensGivenBack(suite, proposed);
  const all = suite.requests().slice(start);
  const [proposing, carrying] = [all.slice(0, proposed - start), all.slice(proposed - start)];
  const writes = writesAmong(carrying);
  const firstWrite = carrying.findIndex((request) => writes.includes(request));
  const reads = (requests: readonly ForgeRequest[]) =>
    requests.filter((request) => !forToken(request) && !writes.includes(request)).length;
  return [
    proposing.filter(forToken).length,
    reads(proposing),
    carrying.filter(forToken).length,
    reads(carrying.slice(0, firstWrite)),
    writes.length,
    reads(carrying.slice(firstWrite)),
    all.length,
  ];
}

/** What concerns credentials: the App’s own requests (installation, access token), and giving a token back. */
function forToken(request: ForgeRequest): boolean {
  return request.caller === 'app' || givesBack(request);
}

function givesBack({ method, path }: ForgeRequest): boolean {
  return method === 'DELETE' && path.endsWith('/installation/token');
}

/** Giving them back may go on when the change is done; a count before that would differ from time to time. */
async function tokensGivenBack(suite: TestSuite, since: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const tokens = suite.requests().slice(since).filter(forToken);
    if (tokens.filter(givesBack).length * 2 === tokens.length) return;
    if (performance.now() > deadline) throw new Error('Not every write token was given back.');
    await sleep(5);
  }
}

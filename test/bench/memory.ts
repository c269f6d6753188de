import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Agent, agentOf } from '#test/e2e/people.ts';
import { startTestSuite, type TestSuite } from '#test/e2e/suite.ts';
import { blueprintText } from './blueprint.ts';
import { type Decider, deciderOf } from './landing.ts';
import type { Cell, Part } from './part.ts';

const servers = ['github', 'approvals', 'forge'] as const;
const path = 'public/large';

/** In base64 20 MB are 26.7 MB; one commit may have 30 MB of that. The crowd is more than there is room for. */
const whole = { restSeconds: 3, largeBytes: 20_000_000, crowd: { size: 24, bytes: 7_000_000 } };
type Sizes = typeof whole;

/** A quick look shows that all of it works, and nothing of how much memory it takes. */
const quick: Sizes = { restSeconds: 0, largeBytes: 1_000_000, crowd: { size: 2, bytes: 500_000 } };

type Large = { readonly what: string; readonly path: string; readonly bytes: number; readonly file: object };

export const memory: Part = {
  name: 'memory',
  title: 'Memory',
  about:
    `Resident memory of each server in MB of 10⁶ bytes: at rest (VmRSS of /proc), ${whole.restSeconds} s after the suite has ` +
    'started; then the peak (VmHWM, set back before each) while a pull request with one file of ' +
    `${whole.largeBytes / 1e6} MB is proposed, and while it is looked at once, approved and carried out. The same again, as a ` +
    'commit that puts other bytes in the place of that file, which keeps both. Last, ' +
    `${whole.crowd.size} proposals of ${whole.crowd.bytes / 1e6} MB each at once, which are let in as there is room. With ` +
    'one round all of it is much smaller. Linux only.',
  measure: async ({ rounds }) => {
    const sizes = rounds === 1 ? quick : whole;
    if (process.platform !== 'linux') return [];
    const suite = await startTestSuite({ blueprints: { 'bench.yaml': blueprintText } });
    const agent = await agentOf(suite.mcpUrl('github'));
    const decider = deciderOf(suite);
    try {
      await sleep(sizes.restSeconds * 1000);
      const rows: Cell[][] = [['at rest', ...servers.map((name) => megabytes(suite, name, 'VmRSS'))]];
      for (const large of largeFiles(sizes)) rows.push(...(await peaks({ suite, agent, decider }, large)));
      rows.push(await crowded(suite, sizes));
      return [{ columns: [{ name: 'what' }, ...servers.map((name) => ({ name: `${name} (MB)`, digits: 0 }))], rows }];
    } finally {
      decider.close();
      await agent.close();
      await suite.stop();
    }
  },
};

function largeFiles({ largeBytes }: Sizes): readonly Large[] {
  const line = (at: number): string => `${at}: a line of text that says little\n`;
  const text = Array.from({ length: largeBytes / 40 }, (_, at) => line(at)).join('');
  return [
    { what: 'random bytes', path, bytes: largeBytes, file: { base64: randomBytes(largeBytes).toString('base64') } },
    {
      what: 'text',
      path: `${path}.txt`,
      bytes: largeBytes,
      file: { content: text.padEnd(largeBytes, 'x').slice(0, largeBytes) },
    },
  ];
}

type Actors = { readonly suite: TestSuite; readonly agent: Agent; readonly decider: Decider };

async function peaks({ suite, agent, decider }: Actors, { what, path, bytes, file }: Large): Promise<Cell[][]> {
  const branch = `agent/${what.replace(' ', '-')}`;
  const common = { repository: 'acme/storefront', branch, reason: 'to measure' };
  const other = { path, base64: randomBytes(bytes).toString('base64') };
  const changes = [
    {
      name: `${what}, new`,
      tool: 'propose_pull_request',
      args: { ...common, title: 'Large', files: [{ path, ...file }] },
    },
    { name: `${what}, replaced`, tool: 'commit_files', args: { ...common, message: 'Large', files: [other] } },
  ];
  const rows: Cell[][] = [];
  for (const { name, tool, args } of changes) {
    const during = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
      resetPeaks(suite);
      const done = await work();
      rows.push([`${name}: ${step}`, ...servers.map((server) => megabytes(suite, server, 'VmHWM'))]);
      return done;
    };
    const { change_id: id } = await during('proposed', () => agent.call(tool, args));
    await during('approved and carried out', () => decider.land(id));
  }
  return rows;
}

async function crowded(suite: TestSuite, { crowd }: Sizes): Promise<Cell[]> {
  const body = (at: number): object => ({
    repository: 'acme/storefront',
    branch: `agent/crowd-${at}`,
    title: 'Many',
    reason: 'to measure',
    files: [{ path, base64: randomBytes(crowd.bytes).toString('base64') }],
  });
  const agents = await Promise.all(Array.from({ length: crowd.size }, () => agentOf(suite.mcpUrl('github'))));
  resetPeaks(suite);
  const calls = agents.map((agent, at) => agent.call('propose_pull_request', body(at)));
  const ended = await Promise.allSettled(calls);
  const peaks = servers.map((server) => megabytes(suite, server, 'VmHWM'));
  await Promise.all(agents.map((agent) => agent.close()));
  const kept = ended.filter(({ status }) => status === 'fulfilled').length;
  return [`${crowd.size} at once, of which ${kept} were kept`, ...peaks];
}

/** The kernel's way to let a process's peak begin anew: proc(5), clear_refs. */
function resetPeaks(suite: TestSuite): void {
  for (const server of servers) writeFileSync(`/proc/${suite.server(server).pid}/clear_refs`, '5');
}

function megabytes(suite: TestSuite, name: (typeof servers)[number], field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${suite.server(name).pid}/status`, 'utf8');
  const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return (Number(kibibytes) * 1024) / 1e6;
}

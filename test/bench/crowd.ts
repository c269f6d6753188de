import { closeSync, fdatasyncSync, mkdtempSync, openSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendEvent } from '#shared/ledger/events.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { agentOf } from '#test/e2e/people.ts';
import { startTestSuite } from '#test/e2e/suite.ts';
import { blueprintText } from './blueprint.ts';
import { type Cell, type Part, warmUpRounds } from './part.ts';
import { proposer } from './proposer.ts';
import { spread, spreadColumns, timed } from './statistics.ts';

const agents = 50;
const perRound = { syncs: 100, each: { writes: 10, proposals: 1 } } as const;
/** How often each agent proposes through the server: a blueprint of the bench may have 1,000 waiting. */
const throughServer = 8;

/** Calls of one kind: how long each took in milliseconds, all of them together, and how many commits they made. */
type Calls = { readonly samples: number[]; readonly ms: number; readonly commits: number };

export const crowd: Part = {
  name: 'crowd',
  title: `${agents} agents at once`,
  about:
    'What the disk does in a plain loop (write a page, fdatasync), beside what the ledger (SQLite) makes of it, in one ' +
    'process and in turn: 50 callers, of whom each waits for its own answer before it asks again. "One commit each" ' +
    'lets one write at the ledger at a time, as it was before writes shared commits; "shared" is the ledger as it is. A ' +
    'write is one event; propose() is a whole proposal over a repository in memory, most of which is work of the ' +
    'processor. The last row is 50 agents over MCP with the GitHub server and forge as processes of their own.',
  measure: async ({ rounds }) => {
    const folder = mkdtempSync(join(tmpdir(), 'crowd-'));
    const shared = await openLedger(join(folder, 'shared.db'));
    const alone = await openLedger(join(folder, 'alone.db'));
    try {
      const sync = syncer(join(folder, 'page'));
      const kinds: [string, () => Promise<Calls>][] = [
        ['write and fdatasync of a page', () => together(1, perRound.syncs, async () => sync())],
        ['write, one commit each', atOnce(alone, oneByOne(alone), writeOne, perRound.each.writes)],
        ['write, shared commits', atOnce(shared, shared, writeOne, perRound.each.writes)],
        ['propose(), one commit each', atOnce(alone, oneByOne(alone), proposer, perRound.each.proposals)],
        ['propose(), shared commits', atOnce(shared, shared, proposer, perRound.each.proposals)],
      ];
      const rows: Cell[][] = await inTurn(kinds, rounds);
      return [{ columns, rows: [...rows, await overMcp()] }];
    } finally {
      await Promise.all([shared.close(), alone.close()]);
    }
  },
};

const columns = [
  { name: 'what' },
  { name: 'callers' },
  ...spreadColumns,
  { name: 'per second' },
  { name: 'per commit', digits: 1 },
];

async function inTurn(kinds: readonly [string, () => Promise<Calls>][], rounds: number): Promise<Cell[][]> {
  const found = kinds.map((): Calls[] => []);
  for (let round = -warmUpRounds(rounds); round < rounds; round += 1) {
    for (const [at, [, run]] of kinds.entries()) {
      const calls = await run();
      if (round >= 0) found[at]?.push(calls);
    }
  }
  return kinds.map(([what], at) => rowOf(what, at === 0 ? 1 : agents, found[at] ?? []));
}

function rowOf(what: string, callers: number, calls: readonly Calls[]): Cell[] {
  const samples = calls.flatMap((one) => one.samples);
  const sum = (of: (one: Calls) => number): number => calls.reduce((all, one) => all + of(one), 0);
  const commits = sum((one) => one.commits);
  const perCommit = commits === 0 ? '' : samples.length / commits;
  return [what, callers, ...spread(samples), (samples.length / sum(({ ms }) => ms)) * 1000, perCommit];
}

function syncer(path: string): () => void {
  const page = Buffer.alloc(4096, 1);
  const file = openSync(path, 'w');
  process.once('exit', () => closeSync(file));
  let written = 0;
  return () => {
    writeSync(file, page, 0, page.length, written);
    written += page.length;
    fdatasyncSync(file);
  };
}

/** So many callers, each `each` times: as soon as one is answered it asks again. */
async function together(callers: number, each: number, call: () => Promise<unknown>): Promise<Calls> {
  const samples: number[] = [];
  const one = async (): Promise<void> => {
    for (let made = 0; made < each; made += 1) samples.push((await timed(call))[1]);
  };
  const [, ms] = await timed(() => Promise.all(Array.from({ length: callers }, one)));
  return { samples, ms, commits: 0 };
}

/** `through` is the ledger that the callers are given; its commits are counted at the ledger itself. */
function atOnce(
  ledger: Ledger,
  through: Ledger,
  caller: (ledger: Ledger) => () => Promise<unknown>,
  each: number,
): () => Promise<Calls> {
  const call = caller(through);
  return async () => {
    let commits = 0;
    const quiet = ledger.onCommit(() => {
      commits += 1;
    });
    try {
      return { ...(await together(agents, each, call)), commits };
    } finally {
      quiet();
    }
  };
}

/** Lets a write begin when the one before it is committed, so that none finds company. */
function oneByOne(ledger: Ledger): Ledger {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...ledger,
    write: (work) => {
      const mine = last.then(() => ledger.write(work));
      last = mine.catch(() => {});
      return mine;
    },
  };
}

function writeOne(ledger: Ledger): () => Promise<unknown> {
  const actor = { kind: 'server', server: 'bench' } as const;
  return () =>
    ledger.write((tx) => appendEvent(tx, { at: '', type: 'bench', changeId: null, actor, body: { text: 'one' } }));
}

async function overMcp(): Promise<Cell[]> {
  const suite = await startTestSuite({ blueprints: { 'bench.yaml': blueprintText } });
  const callers = await Promise.all(Array.from({ length: agents }, () => agentOf(suite.mcpUrl('github'))));
  let made = 0;
  const proposeOver = (agent: (typeof callers)[number]) => () => {
    made += 1;
    const files = [{ path: `docs/bench-${made}.md`, content: `# Measured\n\nNumber ${made}.\n` }];
    const args = { repository: 'acme/storefront', branch: `agent/bench-${made}`, title: 'One', reason: 'to measure' };
    return agent.call('propose_pull_request', { ...args, files });
  };
  try {
    const calls: Calls[] = [];
    for (const each of [1, throughServer]) {
      const [all, ms] = await timed(() => Promise.all(callers.map((agent) => together(1, each, proposeOver(agent)))));
      calls.push({ samples: all.flatMap(({ samples }) => samples), ms, commits: 0 });
    }
    return rowOf('propose_pull_request over MCP', agents, calls.slice(1));
  } finally {
    await Promise.all(callers.map((agent) => agent.close()));
    await suite.stop();
  }
}

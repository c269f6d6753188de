import { deepStrictEqual } from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { startProcess } from '#servers/suite/process.ts';
import { basics } from '#test/fakes/environment.ts';
import { type Call, type Connection, callOf, connectTo } from './mcp-client.ts';
import { type Cell, type Part, type Table, warmUpRounds } from './part.ts';
import { median, spread, spreadColumns, timed } from './statistics.ts';

const scripts = {
  governed: fileURLToPath(new URL('./servers/governed.ts', import.meta.url)),
  bare: fileURLToPath(new URL('./servers/bare.ts', import.meta.url)),
} as const;
type Kind = keyof typeof scripts;

const read = { name: 'read_file', arguments: { repository: 'acme/web', path: 'README.md' } };
const calls: Readonly<Record<string, Call>> = {
  'tools/call read_file': callOf('tools/call', read, read.name),
  'tools/list (8 tools)': callOf('tools/list', {}),
};
const callsPerRound = 40;

export const readCall: Part = {
  name: 'read-call',
  title: 'A governed read call beside a bare one',
  about:
    'The same tool in two servers, each a process of its own: "governed" is the face of the GitHub server with all ' +
    'its checks (its limit of reads is checked and out of reach), "bare" is a McpServer with the same 8 tools, ' +
    'registered as the SDK’s own examples do, and checks nothing. The SDK wants a server object for each request: ' +
    'the bare one registers its tools each time, the governed one made its listing at start. Both read from memory, ' +
    'so that only the servers differ. A client with kept connections speaks 2026-07-28 and asks each in turn, a ' +
    'round each, after some rounds of warming up; it shares the cores with them. "time ÷ bare" is the median over ' +
    'the rounds of the ratio of their medians: below 1, the governed server is the faster one.',
  measure: async ({ rounds }) => {
    const servers = await Promise.all([start('governed'), start('bare')]);
    try {
      const [governed, bare] = servers;
      await assertSameAnswer(governed.url, bare.url);
      const rows: Cell[][] = [];
      for (const [what, call] of Object.entries(calls)) {
        for (const connections of [1, 8]) {
          const found = await compare({ governed: governed.url, bare: bare.url }, { call, connections, rounds });
          rows.push(...found.map((row) => [what, connections, ...row]));
        }
      }
      return [tableOf(rows)];
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  },
};

function tableOf(rows: readonly Cell[][]): Table {
  const first = [{ name: 'what' }, { name: 'connections' }, { name: 'server' }];
  return {
    columns: [...first, ...spreadColumns, { name: 'calls/s' }, { name: 'time ÷ bare', digits: 2 }],
    rows,
  };
}

async function start(kind: Kind): Promise<{ readonly url: string; readonly stop: () => Promise<unknown> }> {
  const environment = { ...basics(), TMPDIR: process.env['TMPDIR'] ?? '' };
  const ready = Promise.withResolvers<string>();
  const child = startProcess(
    { name: kind, main: scripts[kind], environment },
    {
      announce: ({ url }) => ready.resolve(String(url)),
      line: (text) => console.error(`${kind}: ${text}`),
    },
  );
  void child.ended.then(({ how }) => ready.reject(new Error(`The ${kind} server ${how}.`)));
  const stop = (): Promise<unknown> => {
    child.kill('SIGTERM');
    return child.ended;
  };
  return { url: await ready.promise, stop };
}

/** A comparison of servers that answer differently would mean nothing. */
async function assertSameAnswer(governed: string, bare: string): Promise<void> {
  const [ours, theirs] = await Promise.all([governed, bare].map(readOnce));
  deepStrictEqual(ours, theirs);
}

async function readOnce(url: string): Promise<unknown> {
  const connection = connectTo(url);
  const text = await connection.send(callOf('tools/call', read, read.name));
  connection.close();
  const { result } = JSON.parse(text) as { result?: { structuredContent?: unknown } };
  if (result?.structuredContent === undefined) throw new Error(`A call failed: ${text}`);
  return result.structuredContent;
}

type Load = { readonly call: Call; readonly connections: number; readonly rounds: number };
type Round = { readonly samples: readonly number[]; readonly perSecond: number };

async function compare(urls: Readonly<Record<Kind, string>>, load: Load): Promise<Cell[][]> {
  const rounds: Record<Kind, Round[]> = { governed: [], bare: [] };
  const open = (url: string): Connection[] => Array.from({ length: load.connections }, () => connectTo(url));
  const connections = { governed: open(urls.governed), bare: open(urls.bare) };
  for (let round = -warmUpRounds(load.rounds); round < load.rounds; round += 1) {
    for (const kind of ['governed', 'bare'] as const) {
      const found = await oneRound(connections[kind], load.call);
      if (round >= 0) rounds[kind].push(found);
    }
  }
  for (const connection of [...connections.governed, ...connections.bare]) connection.close();
  const ratios = rounds.governed.map((ours, at) => median(ours.samples) / median(rounds.bare[at]?.samples ?? []));
  return [
    ['governed', ...numbersOf(rounds.governed), median(ratios)],
    ['bare', ...numbersOf(rounds.bare), 1],
  ];
}

async function oneRound(connections: readonly Connection[], call: Call): Promise<Round> {
  const samples: number[] = [];
  const each = Math.ceil(callsPerRound / Math.min(connections.length, 4));
  const [, ms] = await timed(() =>
    Promise.all(
      connections.map(async (connection) => {
        for (let sent = 0; sent < each; sent += 1) samples.push((await timed(() => connection.send(call)))[1]);
      }),
    ),
  );
  return { samples, perSecond: (samples.length / ms) * 1000 };
}

function numbersOf(rounds: readonly Round[]): number[] {
  return [...spread(rounds.flatMap(({ samples }) => samples)), median(rounds.map(({ perSecond }) => perSecond))];
}

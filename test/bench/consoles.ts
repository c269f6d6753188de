import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '#shared/ledger/ledger.ts';
import { startServer } from '#test/e2e/server-process.ts';
import { blueprintText } from './blueprint.ts';
import { companyOf, type Signed } from './console-people.ts';
import type { Cell, Part } from './part.ts';
import { proposer } from './proposer.ts';
import { median, timed } from './statistics.ts';

const consoles = 50;
const pending = 100;
/** So many of the changes go to a branch that nine others go to as well; each other one has a branch of its own. */
const sharing = { changes: 40, branches: 4 } as const;
/** How long pages wait before they ask, once they are told: servers/approvals/console/live.js. Milliseconds. */
const spreadMs = { least: 100, more: 400 } as const;

export const consolesPart: Part = {
  name: 'consoles',
  title: `${consoles} open consoles, ${pending} changes that wait`,
  about:
    'The approvals server as a process of its own, on SQLite; the 50 consoles are in one other process, which shares the ' +
    `cores with it. ${sharing.changes} of the changes are in conflict with nine others each. Half of the people are ` +
    'auditors, who see all of it, and half see what they may decide, which is every other change. Each has a session ' +
    'and a stream of news of their own, and asks for the whole list when told that something is new: in turn at once, ' +
    `and after ${spreadMs.least} to ${spreadMs.least + spreadMs.more} ms as the pages do, so that not all ask in the same moment. One decision ` +
    'after the other; the times count from when it is sent.',
  measure: async ({ rounds }) => {
    const place = await openConsoles();
    try {
      return [{ columns, rows: await measured(place, Math.ceil(rounds / 2)) }];
    } finally {
      await place.close();
    }
  },
};

const columns = [
  { name: 'what' },
  { name: 'median (ms)', digits: 1 },
  { name: 'longest (ms)', digits: 1 },
  { name: 'samples' },
];

type Times = { readonly answered: number; readonly told: number; readonly listed: number };

async function measured({ people, ids }: Place, each: number): Promise<Cell[][]> {
  const [auditor, decider] = [people[0], people[1]];
  if (!auditor || !decider) throw new Error('There are people of both kinds.');
  const [all, own] = [await lists(auditor, 2 * each), await lists(decider, 2 * each)];
  const atOnce: Times[] = [];
  const spread: Times[] = [];
  for (let made = 0; made < each; made += 1) {
    atOnce.push(await decideOne({ people, decider, id: ids[2 * made] ?? '' }, () => 0));
    const wait = (at: number): number => spreadMs.least + (spreadMs.more * at) / (consoles - 1);
    spread.push(await decideOne({ people, decider, id: ids[2 * made + 1] ?? '' }, wait));
  }
  const both = [...atOnce, ...spread];
  return [
    row(`the list, asked for once, all (${kB(all.bytes)} kB)`, all.ms),
    row(`the list, asked for once, every other change (${kB(own.bytes)} kB)`, own.ms),
    row(
      'a decision, until it is answered',
      both.map(({ answered }) => answered),
    ),
    row(
      `until all ${consoles} are told that something is new`,
      both.map(({ told }) => told),
    ),
    row(
      `until all ${consoles} have the new list, asked for at once`,
      atOnce.map(({ listed }) => listed),
    ),
    row(
      `until all ${consoles} have the new list, asked for as pages do`,
      spread.map(({ listed }) => listed),
    ),
  ];
}

const row = (what: string, ms: readonly number[]): Cell[] => [what, median(ms), Math.max(...ms), ms.length];
const kB = (bytes: number): number => Math.round(bytes / 1000);

async function lists(person: Signed, times: number): Promise<{ ms: number[]; bytes: number }> {
  const ms: number[] = [];
  let text = await list(person);
  for (let asked = 0; asked < times; asked += 1) {
    const [answer, took] = await timed(() => list(person));
    ms.push(took);
    text = answer;
  }
  return { ms, bytes: Buffer.byteLength(text) };
}

/** As the inbox asks for it. */
async function list(person: Signed): Promise<string> {
  const answer = await person('/changes?status=pending_approval&limit=200');
  if (answer.status !== 200) throw new Error(`The list: ${answer.status}`);
  return answer.text();
}

/** Approves a change. `waitMs`: how long each console waits before it asks. */
async function decideOne(
  { people, decider, id }: { readonly people: readonly Console[]; readonly decider: Signed; readonly id: string },
  waitMs: (console: number) => number,
): Promise<Times> {
  const { seal } = (await (await decider(`/changes/${id}`)).json()) as { seal: string };
  const from = performance.now();
  const since = (): number => performance.now() - from;
  const told = people.map(async ({ news }, at) => {
    await news();
    const toldAt = since();
    await new Promise((resolve) => setTimeout(resolve, waitMs(at)));
    return toldAt;
  });
  const listed = told.map(async (one, at) => {
    await one;
    const console = people[at];
    if ((await list(console ?? decider)).includes(`"change_id":"${id}"`)) throw new Error(`${id} still waits.`);
    return since();
  });
  const answer = await decider(`/changes/${id}/decision`, { body: { decision: 'approve', seal } });
  const answered = since();
  if (answer.status !== 200) throw new Error(`${id}: ${answer.status} ${await answer.text()}`);
  return { answered, told: Math.max(...(await Promise.all(told))), listed: Math.max(...(await Promise.all(listed))) };
}

/** An open page: `news` comes when it is told that something is new, of whatever happens from now on. */
type Console = Signed & { readonly news: () => Promise<void> };

type Place = {
  readonly people: readonly Console[];
  /** The changes that half of the people may decide, those in conflict among them. */
  readonly ids: readonly string[];
  readonly close: () => Promise<void>;
};

async function openConsoles(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'consoles-'));
  const blueprint = join(folder, 'bench.yaml');
  writeFileSync(blueprint, blueprintText);
  const company = await companyOf(folder, consoles, (person) => (person % 2 === 0 ? 'security' : 'platform'));
  const server = await startServer('approvals', {
    COUNTERSIGN_DATA: folder,
    COUNTERSIGN_BLUEPRINTS: blueprint,
    COUNTERSIGN_APPROVALS_PORT: '0',
    COUNTERSIGN_CONSOLE_PORT: '0',
    COUNTERSIGN_AUDITORS: 'group:security',
    ...company.environment,
  });
  const closing = new AbortController();
  const close = async (): Promise<void> => {
    closing.abort();
    await server.stop();
  };
  try {
    const ids = await fill(join(folder, 'ledger.db'));
    const url = server.ready['console'] ?? '';
    const signed = await Promise.all(Array.from({ length: consoles }, (_, person) => company.signIn(url, person)));
    return { people: await Promise.all(signed.map((one) => opened(one, closing.signal))), ids, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Answers the changes that half of the people may decide. */
async function fill(path: string): Promise<string[]> {
  const ledger = await openLedger(path);
  try {
    const proposeOne = proposer(ledger, (made) => ({
      branch: made <= sharing.changes ? `agent/shared-${made % sharing.branches}` : `agent/bench-${made}`,
      review: { by: [made % 2 === 1 ? 'group:platform' : 'group:leads'], quorum: 1, expiresMs: 24 * 3_600_000 },
    }));
    const all = await Promise.all(Array.from({ length: pending }, proposeOne));
    return all.filter((_, at) => at % 2 === 0).map(({ changeId }) => changeId);
  } finally {
    await ledger.close();
  }
}

/** Opens somebody's stream of news. */
async function opened(person: Signed, signal: AbortSignal): Promise<Console> {
  const { body } = await person('/stream', { signal });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let waiting: (() => void)[] = [];
  const begun = new Promise<void>((resolve) => waiting.push(resolve));
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done) return;
      if (!value?.includes('event: changed')) continue;
      for (const resolve of waiting) resolve();
      waiting = [];
    }
  };
  // It ends when the bench is over.
  read().catch(() => {});
  // The first one only says where the stream begins.
  await begun;
  return Object.assign(person.bind(null), { news: () => new Promise<void>((resolve) => waiting.push(resolve)) });
}

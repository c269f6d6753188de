import { patienceMs } from '#test/e2e/people.ts';
import { mutations as ofGraphql } from '#test/e2e/suite.ts';
import type { Bench, Logged } from './bench.ts';
import { kinds } from './kinds.ts';
import { approveWaiting, type Kind, type Planning } from './prepare.ts';
import { planned, settled } from './waits.ts';

/** One request of a write to its backend, as forge's faults name it: the n-th that matches, counted from 0. */
export type Call = {
  readonly kind: Kind | Planning;
  readonly match: string;
  readonly nth: number;
  readonly writes: boolean;
  /** Whether a vendor of pages is asked, whose routes are told whole. */
  readonly atVendor: boolean;
};

/** The requests that write. */
export const mutations: ReadonlySet<string> = new Set([
  ...ofGraphql,
  ...['POST blobs', 'POST trees', 'POST commits', 'POST requested_reviewers', 'DELETE requested_reviewers'],
]);

/** Stands for the number of the pull request of a case. */
export const numbered = '{number}';

/** What a table says of a call. */
export const nameOf = ({ kind, match, nth, writes, atVendor }: Call): string => {
  if (atVendor && match !== 'token') return `${writes ? 'write' : 'read'} ${match}${nth === 0 ? '' : ` ${nth + 1}`}`;
  const name = `${shortOf(match)}${writes && nth === 0 ? '' : ` ${nth + 1}`}`;
  if (writes) return name;
  return kinds.some((one) => one.name === kind.name) ? name : `planning: ${name}`;
};

function shortOf(match: string): string {
  if (match.endsWith('access_tokens')) return 'token';
  if (match.endsWith('/installation/token')) return 'revoke token';
  if (!match.includes(' ')) return mutations.has(match) ? match : `read ${match}`;
  const name = match.split('/').at(-1) ?? match;
  const writing = `${match.split(' ')[0]} ${name}`;
  return mutations.has(writing) ? writing : name;
}

/** Runs a write without a fault and answers the requests it made from the word that began it to its end. */
export async function discover(bench: Bench, kind: Kind | Planning): Promise<readonly Call[]> {
  const { begin, effects } = await kind.prepare(bench);
  const since = bench.mark();
  const id = await begin();
  await planned(bench, id, patienceMs);
  const made = bench.logged(since);
  await approveWaiting(bench, id);
  const done = await settled(bench, id, patienceMs);
  if (done.status !== 'applied') throw new Error(`${kind.name} without a fault is ${done.status}: ${done.note}`);
  if (Object.values(await effects()).some((count) => count !== 1)) throw new Error(`${kind.name} left no effect`);
  const seen = new Map<string, number>();
  return made.map((request) => {
    const match = matchOf(request);
    const nth = seen.get(match) ?? 0;
    seen.set(match, nth + 1);
    const { writes = mutations.has(shortOf(match)) } = request;
    return { kind, match, nth, writes, atVendor: request.writes !== undefined };
  });
}

function matchOf({ method, path, fields }: Logged): string {
  const [field] = fields ?? [];
  if (field !== undefined) return field;
  // An id of an object is another one in each run, and so is the number of a pull request.
  return `${method} ${path.replace(/[0-9a-f]{40}.*$/, '').replace(/(?<=\/pulls\/)\d+/, numbered)}`;
}

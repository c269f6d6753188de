import { patienceMs } from '#test/e2e/people.ts';
import type { Bench, Logged } from './bench.ts';
import { type Kind, settled } from './kinds.ts';

/** One request of a write to its backend, as forge's faults name it: the n-th that matches, counted from 0. */
export type Call = { readonly kind: Kind; readonly match: string; readonly nth: number; readonly writes: boolean };

/** The requests that write. */
export const mutations: ReadonlySet<string> = new Set([
  'createRef',
  'createCommitOnBranch',
  'createPullRequest',
  'closePullRequest',
  'reopenPullRequest',
  'updateRefs',
]);

/** What a table says of a call. */
export const nameOf = ({ match, nth, writes }: Call): string => (writes ? match : `${shortOf(match)} ${nth + 1}`);

function shortOf(match: string): string {
  if (match.endsWith('access_tokens')) return 'token';
  if (match.startsWith('DELETE')) return 'revoke token';
  return match.includes(' ') ? (match.split('/').at(-1) ?? match) : `read ${match}`;
}

/** Runs a write without a fault and answers the requests it made from its approval to its end. */
export async function discover(bench: Bench, kind: Kind): Promise<readonly Call[]> {
  const { id, effects } = await kind.prepare(bench);
  const since = bench.mark();
  await bench.person.approve(id);
  const done = await settled(bench, id, patienceMs);
  if (done.status !== 'applied') throw new Error(`${kind.name} without a fault is ${done.status}: ${done.note}`);
  const made = bench.logged(since);
  if (Object.values(await effects()).some((count) => count !== 1)) throw new Error(`${kind.name} left no effect`);
  const seen = new Map<string, number>();
  return made.map((request) => {
    const match = matchOf(request);
    const nth = seen.get(match) ?? 0;
    seen.set(match, nth + 1);
    return { kind, match, nth, writes: mutations.has(match) };
  });
}

function matchOf({ method, path, fields }: Logged): string {
  const [field] = fields ?? [];
  if (field !== undefined) return field;
  // An id of an object is another one in each run.
  return `${method} ${path.replace(/[0-9a-f]{40}.*$/, '')}`;
}

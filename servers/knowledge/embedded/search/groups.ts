import type { Sql } from '#shared/sqlite/sql.ts';
import { wordsOf } from '../store/namespaces.ts';
import type { Term } from './terms.ts';
import type { Rating } from './weigh.ts';

/** Passages that have the same of some terms, and no others of these. */
export type Group = { readonly terms: readonly Term[]; readonly passages: readonly number[] };

/** The passages of a namespace that have any of some terms, by which they have: those whose terms tell most come first. */
export function groupsOf(sql: Sql, namespace: number, { terms, idfs }: Rating): Group[] {
  const words = wordsOf(namespace);
  const query = `select json_group_array(rowid) as ids from ${words} where ${words} match ?`;
  const having = terms.map(({ match }) => JSON.parse(sql.one<{ ids: string }>(query, match)?.ids ?? '[]') as number[]);
  const groups = [...byTerms(having)].map(([set, passages]) => {
    const has = terms.map((_, at) => Math.floor(set / 2 ** at) % 2 === 1);
    const weight = idfs.reduce((sum, each, at) => sum + (has[at] ? each : 0), 0);
    return { terms: terms.filter((_, at) => has[at]), passages, weight, set };
  });
  return groups.sort((one, other) => other.weight - one.weight || one.set - other.set);
}

/** What is in several lists of ascending numbers, by the lists that it is in: each adds its power of two. */
function byTerms(lists: readonly (readonly number[])[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  const at = lists.map(() => 0);
  for (;;) {
    let lowest = Number.POSITIVE_INFINITY;
    for (let list = 0; list < lists.length; list += 1)
      lowest = Math.min(lowest, lists[list]?.[at[list] ?? 0] ?? lowest);
    if (lowest === Number.POSITIVE_INFINITY) return groups;
    let set = 0;
    for (let list = 0; list < lists.length; list += 1) {
      if (lists[list]?.[at[list] ?? 0] !== lowest) continue;
      set += 2 ** list;
      at[list] = (at[list] ?? 0) + 1;
    }
    const group = groups.get(set);
    if (group === undefined) groups.set(set, [lowest]);
    else group.push(lowest);
  }
}

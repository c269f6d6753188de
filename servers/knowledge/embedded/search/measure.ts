import type { Sql } from '#shared/sqlite/sql.ts';
import { wordsOf } from '../store/namespaces.ts';
import type { NamespaceRow } from '../store/rows.ts';
import type { Term } from './terms.ts';
import type { Measure } from './weigh.ts';

/** What is in this share of the passages of a namespace is common, but what is in fewer than so many is not. */
const [common, little] = [0.03, 1_000];

/** What a namespace is measured by, with a count that stops where a term is common. */
export type WholeMeasure = Measure & { readonly isCommon: (term: Term) => boolean };

/** All of a namespace, by its own index. */
export function measureOfWhole(sql: Sql, { id, passages, tokens }: NamespaceRow): WholeMeasure {
  const words = wordsOf(id);
  const enough = Math.max(little, Math.ceil(passages * common));
  const begun = `select count(*) as count from (select 1 from ${words} where ${words} match ? limit ${enough})`;
  const whole = `select count(*) as count from ${words} where ${words} match ?`;
  const known = new Map<string, number>();
  const count = (query: string, match: string): number => {
    const value = known.get(query + match) ?? sql.one<{ count: number }>(query, match)?.count ?? 0;
    known.set(query + match, value);
    return value;
  };
  const isCommon = ({ match }: Term): boolean => count(begun, match) >= enough;
  const having = (term: Term): number => count(isCommon(term) ? whole : begun, term.match);
  return { passages, averageTokens: tokens / Math.max(passages, 1), having, isCommon };
}

/**
 * The same, but of what is in one of some passages it says that it is in all: that much is known without going through
 * them all, and such a term decides nothing beside one that is not.
 */
export function withoutCommon(measure: WholeMeasure, terms: readonly Term[]): Measure {
  const { passages, having, isCommon } = measure;
  if (terms.every(isCommon)) return measure;
  return { ...measure, having: (term) => (isCommon(term) ? passages : having(term)) };
}

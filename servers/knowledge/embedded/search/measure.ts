import type { Sql } from '#shared/sqlite/sql.ts';
import { wordsOf } from '../store/namespaces.ts';
import type { NamespaceRow } from '../store/rows.ts';
import type { Looked } from './ranked.ts';
import type { Term } from './terms.ts';
import type { Measure } from './weigh.ts';

/** What is in this share of the passages of a namespace is common, but what is in fewer than so many is not. */
const [common, little] = [0.1, 3_000];

/** All of a namespace, by its own index. */
export function measureOfWhole(sql: Sql, { id, passages, tokens }: NamespaceRow): Measure {
  const words = wordsOf(id);
  const count = `select count(*) as count from ${words} where ${words} match ?`;
  const known = new Map<string, number>();
  const having = ({ match }: Term): number => {
    const value = known.get(match) ?? sql.one<{ count: number }>(count, match)?.count ?? 0;
    known.set(match, value);
    return value;
  };
  return { passages, averageTokens: tokens / Math.max(passages, 1), having };
}

/**
 * The same, but of what is in one of some passages it says that it is in all: that much is known without going through
 * them all, and such a term decides nothing beside one that is not.
 */
export function withoutCommon({ sql, searched, measure }: Looked, terms: readonly Term[]): Measure {
  const words = wordsOf(searched.namespace.id);
  const { passages } = measure;
  const enough = Math.max(little, Math.ceil(passages * common));
  const count = `select count(*) as count from (select 1 from ${words} where ${words} match ? limit ?)`;
  const known = new Map(
    terms.map(({ match }) => [match, sql.one<{ count: number }>(count, match, enough)?.count ?? 0]),
  );
  const isCommon = (having: number): boolean => having >= enough;
  if ([...known.values()].every(isCommon)) return measure;
  const having = ({ match }: Term): number => {
    const value = known.get(match) ?? 0;
    return isCommon(value) ? passages : value;
  };
  return { ...measure, having };
}

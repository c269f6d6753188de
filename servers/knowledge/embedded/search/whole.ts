import type { Sql } from '#shared/sqlite/sql.ts';
import { wordsOf } from '../store/namespaces.ts';
import { bestOfEach, type Found, leastScore, rounded, type Searched } from './found.ts';
import { groupsOf } from './groups.ts';
import { measureOfWhole, withoutCommon } from './measure.ts';
import { passagesBy } from './passages-by.ts';
import { type Looked, matchOf, placesOf, ranked } from './ranked.ts';
import type { Term } from './terms.ts';
import { rated, tellingOf, weighBy } from './weigh.ts';

/** So many places in the index are gone through in about the time that one passage is read and weighed in. */
const placesAPassage = 600;

/** Of so many passages that have some of the terms, the index finds the best by itself. */
const fewPlaces = 800;

/** So many passages are read and weighed together at most. */
const mostWeighed = 24;

/** Searches all of a namespace, by its own index and with its own statistics. */
export function searchWhole(sql: Sql, searched: Searched): Found[] {
  const { namespace, terms, most, except } = searched;
  const looked: Looked = { sql, searched, measure: measureOfWhole(sql, namespace) };
  const all = withAll(looked, terms.all);
  if (all.length >= most) return all;
  const any = tellingOf(terms.any, withoutCommon(looked.measure, terms.any));
  const isSame = terms.all.length === 1 && any.length === 1 && terms.all[0]?.match === any[0]?.match;
  if (isSame) return all;
  const known = new Set([...except, ...all.map(({ page }) => page)]);
  const found = [...all];
  // What comes later never overtakes: else the next part of an answer would not go on where this one ends.
  let highest = 1;
  for (const some of withSome(looked, any, known)) {
    const others = bestOfEach(some.filter(({ page }) => !known.has(page)));
    for (const each of others) {
      known.add(each.page);
      found.push({ ...each, score: Math.min(each.score, highest) });
    }
    if (found.length >= most) break;
    highest = rounded(Math.max(0, Math.min(highest, others.at(-1)?.score ?? 1) - leastScore));
  }
  return bestOfEach(found);
}

/** What has all terms, put in order by the index; by what it says, where it is little and the terms are in very much. */
function withAll(looked: Looked, terms: readonly Term[]): Found[] {
  const { sql, searched } = looked;
  const { namespace, except } = searched;
  const measure = withoutCommon(looked.measure, terms);
  const few = Math.min(Math.floor(placesOf(terms, measure) / placesAPassage), mostWeighed);
  const byIndex = (): Found[] => ranked(looked, { having: terms, rating: terms, hasAll: true, except });
  if (terms.length === 1 || few === 0) return byIndex();
  const words = wordsOf(namespace.id);
  const query = `select rowid as id from ${words} where ${words} match ? limit ?`;
  const rows = sql.all<{ id: number }>(query, matchOf(terms, 'AND'), few + 1);
  if (rows.length > few) return byIndex();
  const ids = rows.map(({ id }) => id);
  const found = weighBy(passagesBy(sql, ids), rated(terms, measure), true);
  return bestOfEach(found.filter(({ page }) => !except.has(page)));
}

/** What has some of the terms, in parts, from what has those that tell most. @param known pages that are not wanted */
function* withSome(looked: Looked, terms: readonly Term[], known: ReadonlySet<number>): Generator<readonly Found[]> {
  const { sql, searched, measure } = looked;
  const rest = { rating: terms, hasAll: false, except: known };
  if (terms.length === 1 || placesOf(terms, measure) <= fewPlaces) {
    yield ranked(looked, { any: terms, ...rest });
    return;
  }
  const rating = rated(terms, measure);
  const weighed = (ids: readonly number[]): Found[] => weighBy(passagesBy(sql, ids), rating, false);
  let small: number[] = [];
  for (const { terms: having, passages } of groupsOf(sql, searched.namespace.id, rating)) {
    if (small.length > 0 && small.length + passages.length > mostWeighed) {
      yield weighed(small);
      small = [];
    }
    if (passages.length > mostWeighed) yield ranked(looked, { having, ...rest });
    else small.push(...passages);
  }
  if (small.length > 0) yield weighed(small);
}

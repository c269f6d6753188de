import { passagesIn } from '../search/part.ts';
import type { Store } from '../store/store.ts';
import type { Waiting } from './table.ts';

/** A passage without a vector, and what one is made of. */
export type Text = { readonly passage: number; readonly text: string };

/** So many characters of a passage count: a line can be of any length, and models stop reading before that. */
const mostCharacters = 4_000;

/** What passages say, under their titles and headings; those that are gone by now are left out. */
export function textsOf(store: Store, waiting: readonly Waiting[]): Text[] {
  return [...Map.groupBy(waiting, ({ page }) => page)].flatMap(([page, passages]) => {
    const { published } =
      store.one<{ published: number | null }>('select published from page where id = ?', page) ?? {};
    if (published === null || published === undefined) return [];
    const said = new Map(passagesIn(store, page, published).map((each) => [each.first, each]));
    return passages.flatMap(({ id, first }) => {
      const one = said.get(first);
      return one === undefined ? [] : [{ passage: id, text: shortened(`${one.title}\n${one.heading}\n${one.text}`) }];
    });
  });
}

/** The beginning of a text. @param most in UTF-16 code units */
export function shortened(text: string, most = mostCharacters): string {
  return text.slice(0, most).toWellFormed();
}

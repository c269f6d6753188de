import { type View, visible } from '../read/view.ts';

/** Some pages of a namespace and all that is under them and not in the trash, as far as they are seen. */
export function pagesUnder(view: View, namespace: number, roots: readonly string[]): number[] {
  const seen = visible(view.viewer);
  const query = `with recursive below (id) as (
      select id from page where namespace = ? and trashed = 0 and ref in (select value from json_each(?)) and ${seen.sql}
      union select page.id from page join below on page.parent = below.id where trashed = 0 and ${seen.sql}
    ) select id from below order by id`;
  const rows = view.store.all<{ id: number }>(query, namespace, JSON.stringify(roots), ...seen.values, ...seen.values);
  return rows.map(({ id }) => id);
}

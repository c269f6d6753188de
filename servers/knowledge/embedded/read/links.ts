import type { PageRef } from '#capabilities/knowledge/types.ts';
import type { PageLink } from '#capabilities/knowledge-read/ports.ts';
import { bodyText } from '../store/bodies.ts';
import { type LinkTarget, linkTargets } from '../store/links.ts';
import { pageById, pageByRef } from '../store/places.ts';
import { revisionById } from '../store/revisions.ts';
import type { PageRow } from '../store/rows.ts';
import { aboveIn, namespaceOf } from './summaries.ts';
import { draftOf, headOf, pageRef, seenPage, type View, waitingIn } from './view.ts';

export type Links = { readonly to: readonly PageLink[]; readonly from: readonly PageLink[] };

/**
 * What a page leads to and what leads to it, as its viewer sees both, wherever they are: whoever shows them asks first
 * which of them may be shown. What leads nowhere is left out until it leads somewhere.
 */
export function readLinks(view: View, page: PageRef): Links {
  const found = seenPage(view, page.id);
  if (found === null) return { to: [], from: [] };
  const { row, head } = found;
  const text = bodyText(view.store, revisionById(view.store, head).body);
  const to = targetsIn(view, row, text).flatMap((target) => pagesAt(view, row, target));
  const from = [...publishedTo(view, row), ...waitingTo(view, row)];
  return { to: linksOf(view, to, row.id), from: linksOf(view, from, row.id) };
}

function targetsIn({ store }: View, row: PageRow, text: string): LinkTarget[] {
  return linkTargets(text, store.origin, row.path);
}

function pagesAt({ store }: View, { namespace }: PageRow, { kind, target }: LinkTarget): PageRow[] {
  if (kind === 'page') return [pageByRef(store, target)].filter((row) => row !== null);
  const query = `select * from page where namespace = ? and path in (select value from json_each(?)) and trashed = 0
    order by id limit 1`;
  return store.all<PageRow>(query, namespace, JSON.stringify(pathsAt(target)));
}

/** What a link may mean that leads to a path: the file, one that is named without its end, or the page of a folder. */
function pathsAt(target: string): string[] {
  const folder = target.replace(/\/$/u, '');
  return [target, `${folder}.md`, `${folder}/index.md`, `${folder}/README.md`];
}

/** The links that lead to a path. */
function linksTo(path: string): string[] {
  const bare = path.replace(/\.md$/u, '');
  const folder = path.replace(/\/(?:index|README)\.md$/u, '');
  return [...new Set([path, bare, `${bare}/`, folder, `${folder}/`])];
}

/** Pages whose published text leads here, unless their viewer sees another text of them. */
function publishedTo(view: View, row: PageRow): PageRow[] {
  const { store } = view;
  const byPath = row.path === null ? [] : linksTo(row.path);
  const rows = store.all<PageRow>(
    `select page.* from link join page on page.id = link.page where kind = 'page' and target = ?
     union select page.* from link join page on page.id = link.page
     where kind = 'path' and target in (select value from json_each(?)) and page.namespace = ?`,
    ...[row.ref, JSON.stringify(byPath), row.namespace],
  );
  return rows.filter(({ id }) => draftOf(view, id) === null);
}

/** Pages of which something waits that leads here. */
function waitingTo(view: View, row: PageRow): PageRow[] {
  const { store } = view;
  const leadsTo = ({ id }: PageRow): boolean => id === row.id;
  const namespaces = store.all<{ id: number }>('select id from namespace');
  return namespaces.flatMap(({ id: namespace }) =>
    [...waitingIn(view, namespace)].flatMap(({ page: id, text }) => {
      const page = pageById(store, id);
      const isTo = targetsIn(view, page, text).some((target) => pagesAt(view, page, target).some(leadsTo));
      return isTo ? [page] : [];
    }),
  );
}

function linksOf(view: View, rows: readonly PageRow[], self: number): PageLink[] {
  const distinct = new Map(rows.map((row) => [row.id, row]));
  distinct.delete(self);
  return [...distinct.values()]
    .sort((one, other) => one.id - other.id)
    .flatMap((row) => {
      const head = headOf(view, row);
      if (head === null || row.trashed === 1) return [];
      const { title, trust } = revisionById(view.store, head);
      return [{ ...pageRef(view, row, namespaceOf(view, row), title), above: aboveIn(view, row), trust }];
    });
}

import * as z from 'zod';
import { fittedPage } from '#capabilities/common/fit.ts';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { telling } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { noNamespace } from '#capabilities/knowledge/asks.ts';
import { sameNamespace } from '#capabilities/knowledge/keys.ts';
import { AppError } from '#shared/errors.ts';
import { type Allowed, covers, coversPage, coversPlace, findPage } from './find-page.ts';
import type { KnowledgePage, KnowledgeReader, Namespace, PageSummary, PastListed } from './ports.ts';
import { toldOfPage } from './told.ts';
import { visiblePage } from './visible.ts';

/** A page as a list shows it. */
export const pageView = z.strictObject({
  page: z.string(),
  title: z.string(),
  has_children: z.boolean().exactOptional(),
  revision: z.string().exactOptional(),
  updated_at: z.string(),
});

/** A list that is asked for, and what may be in it. */
export type Looking = {
  readonly reader: KnowledgeReader;
  readonly allowed: Allowed;
  readonly show: (text: string) => string;
  readonly namespace?: string | undefined;
  readonly parent?: string | undefined;
  readonly at?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** A key may lead to a namespace that has another one by now. */
export function coversNamespace(allowed: Allowed, { key }: Namespace): boolean {
  return covers(allowed, [{ want: 'read', namespace: key }]);
}

/** The pages at the top of a namespace or under a page, now or at a moment. */
export async function pagesOf(looking: Looking) {
  const { reader, allowed, parent, at, show } = looking;
  const above = parent === undefined ? null : await findPage(reader, parent, allowed);
  const namespace = await namespaceOf(looking, above);
  const load = at === undefined ? now(looking, namespace, above) : then(looking, namespace, above, at);
  const page = await fittedPage(looking, load, (found) => (isShown(found, allowed) ? viewOf(found, show) : null));
  return { pages: page.items, next_cursor: page.next_cursor };
}

async function namespaceOf({ reader, allowed, namespace: key, parent }: Looking, above: KnowledgePage | null) {
  if (key === undefined && above !== null) return above.namespace;
  const found = key === undefined ? null : await reader.namespace(key);
  if (found === null || !coversNamespace(allowed, found)) throw noNamespace(key ?? '');
  if (above !== null && above.namespace.id !== found.id) {
    throw new AppError('invalid_arguments', `The page ${parent} is in another namespace that you may read.`, {
      next: 'Leave out `namespace`.',
    });
  }
  return found;
}

/** Asked of each, whatever it was listed by. */
function isShown(found: PageSummary | PastListed, allowed: Allowed): boolean {
  return 'page' in found
    ? coversPlace(allowed, found.page.id, found.place)
    : !found.trashed && coversPage(allowed, found);
}

type Load = (request: PageRequest) => Promise<Page<PageSummary | PastListed>>;

/** Those that are there; where a scope is limited to some pages, these are the top of what there is for it. */
function now({ reader, allowed }: Looking, namespace: KnowledgePage['namespace'], above: KnowledgePage | null): Load {
  const limits = allowed.opened.find((each) => sameNamespace(each.namespace, namespace.key))?.under;
  // What is under a page that is covered, or at the top of a namespace that is, is covered too.
  if (above !== null || limits === undefined)
    return (request) => reader.children(namespace, above?.id ?? null, request);
  return async (request) => {
    const found = await Promise.all(limits.map((id) => reader.page(id)));
    const tops = found.flatMap((page) => (page !== null && coversPage(allowed, page) ? [page] : []));
    const here = tops.filter((page) => page.namespace.id === namespace.id);
    return visiblePage(
      request,
      async () => ({ items: here, cursor: null }),
      ({ trashed }) => !trashed,
    );
  };
}

/** Those that everybody saw there at a moment. */
function then(
  { reader, allowed }: Looking,
  namespace: KnowledgePage['namespace'],
  above: KnowledgePage | null,
  at: string,
): Load {
  if (!reader.backend.past) {
    throw new AppError('unsupported', `${reader.backend.name} does not tell what there was at a moment.`, {
      next: 'Leave out `at`.',
    });
  }
  const limits = allowed.opened.find((each) => sameNamespace(each.namespace, namespace.key))?.under;
  const isTop = ({ page, place }: PastListed): boolean => {
    if (above !== null) return place.above.at(-1)?.id === above.id;
    return limits === undefined ? place.above.length === 0 : limits.includes(page.id);
  };
  const isVisible = (past: PastListed): boolean => {
    return !past.trashed && isTop(past) && coversPlace(allowed, past.page.id, past.place);
  };
  // What is elsewhere by now is not there for whoever may not read it there, whatever it was.
  const isStill = async (past: PastListed): Promise<boolean> =>
    isVisible(past) && coversPlace(allowed, past.page.id, await past.now());
  const moment = new Date(at).toISOString();
  return (request) => visiblePage(request, (page) => reader.pastPages(namespace, moment, page), isStill);
}

function viewOf(found: PageSummary | PastListed, show: (text: string) => string): z.infer<typeof pageView> {
  if ('page' in found) {
    const { page, revision } = found;
    const shown = { page: page.id, title: titleOf(page.title, show), revision: revision.id, updated_at: revision.at };
    return telling(shown, toldOfPage(page, { revision: revision.id, trust: revision.provenance.trust }));
  }
  const shown = {
    ...{ page: found.id, title: titleOf(found.title, show) },
    ...(found.parent !== null && { has_children: found.parent }),
    updated_at: found.updatedAt,
  };
  return telling(shown, toldOfPage(found, { revision: null, trust: found.trust ?? 'trusted' }));
}

const titleOf = (title: string, show: (text: string) => string): string => shorten(show(title), 200);

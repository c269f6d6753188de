import type { KnowledgePage, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { KnowledgeAsk, PageRef, Place } from './types.ts';

/** A page with those above it, as the backend tells of it. */
type Placed = Pick<PageRef, 'id'> & {
  readonly namespace: { readonly key: string };
  readonly above: readonly { readonly id: string }[];
};

/** The ask of a page once the backend has told where it is. */
export function asksOfPage(
  { id, namespace, above }: Placed,
  want: KnowledgeAsk['want'],
): readonly [Required<Omit<KnowledgeAsk, 'under'>>] {
  return [{ want, namespace: namespace.key, page: { id, above: above.map((each) => each.id) } }];
}

/** The ask of what is, or comes, at a place: `id` is null for a page that is still to be made. */
export function asksOfPlace({ namespace, above }: Place, id: string | null, want: KnowledgeAsk['want']) {
  return [{ want, namespace: namespace.key, page: { id, above: above.map((each) => each.id) } }] as const;
}

/** The ask of whatever is in a namespace. */
export function asksOfAll(namespace: string, want: KnowledgeAsk['want']): KnowledgeAsk {
  return { want, namespace, page: { id: null, above: [] } };
}

/** The page of an id, in whatever namespace: nothing of it may be kept or told before its asks are granted. Throws {@link noPage}. */
export async function lookUpPage(reader: KnowledgeReader, id: string): Promise<KnowledgePage> {
  const page = await reader.page(id);
  if (page === null) throw noPage(id);
  return page;
}

/** The one answer for a page that is not there, that the account or the viewer cannot see, and that is outside a scope. */
export function noPage(id: string): AppError {
  return new AppError('not_found', `There is no page ${JSON.stringify(id)}, or none that you may use so.`, {
    next: 'search_pages and list_pages show pages that you may read.',
  });
}

/** The same for a namespace. */
export function noNamespace(key: string): AppError {
  return new AppError('not_found', `There is no namespace ${key}, or none that you may use so.`, {
    next: 'list_pages shows the namespaces.',
  });
}

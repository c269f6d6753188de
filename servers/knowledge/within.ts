import type { KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWrite, PageBack } from '#capabilities/knowledge-write/ports.ts';
import { type Mark, NotDone } from '#shared/tools/index.ts';

/** What a permit is for, as it was redeemed. */
type Redeemed = { readonly changeId: string; readonly target: KnowledgeTarget };

/**
 * Holds a write to its permit, whatever the plan says: its change, and its one page, or the namespace of one that is made
 * or of all that is brought back. Throws `NotDone` refused.
 */
export function assertWithin({ changeId, target }: Redeemed, wanted: KnowledgeWrite, mark: Mark): void {
  if (mark.changeId !== changeId || !isWithin(target, wanted)) {
    throw new NotDone('refused', 'The write is not the one that its permit is for.');
  }
}

function isWithin({ namespaceId, pageId }: KnowledgeTarget, wanted: KnowledgeWrite): boolean {
  if (wanted.kind === 'create') return pageId === null && wanted.place.namespace.id === namespaceId;
  if (wanted.kind === 'bring_back') {
    return pageId === null && wanted.namespace.id === namespaceId && wanted.pages.every(isOf(namespaceId));
  }
  return wanted.page.id === pageId && wanted.page.namespace.id === namespaceId;
}

/** A page of the namespace, or one that comes back to it. */
function isOf(namespaceId: string): (wanted: PageBack) => boolean {
  return (wanted) => {
    const namespaces = wanted.kind === 'move' ? [wanted.from.namespace, wanted.to.namespace] : [wanted.page.namespace];
    return namespaces.some(({ id }) => id === namespaceId);
  };
}

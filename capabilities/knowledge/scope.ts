import * as z from 'zod';
import type { Denial } from '#shared/tools/index.ts';
import { namespaceKey, pageId, sameNamespace } from './keys.ts';
import type { KnowledgeAsk } from './types.ts';

/** What the scopes of all knowledge capabilities begin with. */
export const knowledgeScope = {
  /** By their keys; there are no others for the agent. */
  namespaces: z.array(namespaceKey).min(1),
  /** Only these pages, by their ids, and what is under them; all unless given. */
  under: z.array(pageId).min(1).optional(),
};
const scope = z.strictObject(knowledgeScope);
type KnowledgeScope = z.infer<typeof scope>;

/** What the scopes of all knowledge capabilities say of where an ask leads; null when they cover it. */
export function deniesPlace(granted: KnowledgeScope, { want, namespace, page }: KnowledgeAsk): Denial | null {
  const doing = want === 'read' ? 'Reading' : 'Writing to';
  if (!granted.namespaces.some((key) => sameNamespace(key, namespace))) {
    return { denied: `${doing} ${namespace} is not granted.` };
  }
  const { under } = granted;
  if (under === undefined || page === undefined) return null;
  const isUnder = under.some((id) => page.id === id || page.above.includes(id));
  return isUnder ? null : { denied: `${doing} pages that are not under those that are granted is not granted.` };
}

/** What a list or search that names no namespace is opened with. */
export function opensNamespaces({ namespaces, under }: KnowledgeScope): readonly KnowledgeAsk[] {
  return namespaces.map((namespace) => ({ want: 'read', namespace, ...(under !== undefined && { under }) }));
}

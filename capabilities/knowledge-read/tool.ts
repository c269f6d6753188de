import { namespaceKey, pageId } from '#capabilities/knowledge/keys.ts';
import type { KnowledgeAsk, KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import { toolsFor } from '#shared/tools/index.ts';
import type { KnowledgeReader } from './ports.ts';

/** Makes the tools of this capability. */
export const { read: readTool } = toolsFor<KnowledgeReader, KnowledgeWriter, KnowledgeAsk, KnowledgeTarget>();

export const pageInput = pageId.describe('The page by its id, as search_pages and list_pages show it.');
export const namespaceInput = namespaceKey.describe('A namespace by its key.');

/** The id of a page names no namespace: only the backend can tell what the scope is to be asked. */
export function asksNothingYet(): readonly KnowledgeAsk[] {
  return [];
}

/** What the record of such a call says until then. */
export function namesPage({ page }: { readonly page: string }): { readonly page: string } {
  return { page };
}

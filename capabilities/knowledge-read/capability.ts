import * as z from 'zod';
import { deniesPlace, knowledgeScope, opensNamespaces } from '#capabilities/knowledge/scope.ts';
import type { KnowledgeAsk, KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import { type Denial, defineCapability } from '#shared/tools/index.ts';
import { diffPage } from './diff_page.ts';
import { getPageHistory } from './get_page_history.ts';
import { listPages } from './list_pages.ts';
import type { KnowledgeReader } from './ports.ts';
import { readPage } from './read_page.ts';
import { searchPages } from './search_pages.ts';

const scope = z.strictObject(knowledgeScope);
type Scope = z.infer<typeof scope>;

export const knowledgeRead = defineCapability<Scope, KnowledgeReader, KnowledgeWriter, KnowledgeAsk, KnowledgeTarget>({
  name: 'knowledge-read',
  description: 'Read pages: search, lists, texts, comments and history.',
  scope,
  denies,
  opens: opensNamespaces,
  server: 'knowledge',
  tools: [searchPages, readPage, listPages, getPageHistory, diffPage],
});

function denies(granted: Scope, ask: KnowledgeAsk): Denial | null {
  if (ask.want !== 'read') return { denied: 'Only reading is granted here.' };
  return deniesPlace(granted, ask);
}

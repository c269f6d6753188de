import * as z from 'zod';
import { asksOfAll } from '#capabilities/knowledge/asks.ts';
import { deniesPlace, knowledgeScope } from '#capabilities/knowledge/scope.ts';
import type { KnowledgeAsk, KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import { knowledgeRead } from '#capabilities/knowledge-read/capability.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { type Denial, defineCapability } from '#shared/tools/index.ts';
import { acceptPage } from './accept_page.ts';
import { bringBackNamespace } from './bring_back_namespace.ts';
import { commentOnPage } from './comment_on_page.ts';
import { createPage } from './create_page.ts';
import { movePage } from './move_page.ts';
import type { KnowledgeWriter } from './ports.ts';
import { trashPage } from './trash_page.ts';
import { updatePage } from './update_page.ts';

const scope = z.strictObject(knowledgeScope);
type Scope = z.infer<typeof scope>;

/** What leaving something behind for others takes; what changes where they find it is granted by name. */
const usual = [createPage, updatePage, commentOnPage].map(({ name }) => name);

export const knowledgeWrite = defineCapability<Scope, KnowledgeReader, KnowledgeWriter, KnowledgeAsk, KnowledgeTarget>({
  name: 'knowledge-write',
  description: 'Propose changes to pages: new ones, their text, place and comments.',
  scope,
  denies,
  opens: ({ namespaces }) => namespaces.map((key) => asksOfAll(key, 'write')),
  // What an edit finds and what a new text replaces is content that the agent must be able to read anyway.
  elsewhere: (ask) => (ask.want === 'read' ? { capability: knowledgeRead, tool: 'read_page' } : null),
  server: 'knowledge',
  usual,
  tools: [createPage, updatePage, commentOnPage, movePage, trashPage, acceptPage, bringBackNamespace],
});

function denies(granted: Scope, ask: KnowledgeAsk): Denial | null {
  if (ask.want !== 'write') return { denied: 'Only writing is granted here.' };
  return deniesPlace(granted, ask);
}

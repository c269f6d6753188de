import type { KnowledgeTarget, PageRef } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import type { Origin } from '#shared/tools/index.ts';

/** An agent whose write a person decided. */
export const agent = (name: string, say: Partial<Origin> = {}): Origin => {
  return { agent: name, sponsor: 'alice', session: null, trust: 'trusted', accepted: true, ...say };
};

/** An agent whose write nobody has looked at. */
export const unseen = (name: string): Origin => agent(name, { accepted: false });
export const person: Origin = { agent: null, sponsor: 'alice', session: null, trust: 'trusted', accepted: true };

/** What the permit of a write is for. */
export function targetOf(wanted: KnowledgeWrite): KnowledgeTarget {
  if (wanted.kind === 'create') return { ...of(wanted.place.namespace), pageId: null };
  if (wanted.kind === 'bring_back') return { ...of(wanted.namespace), pageId: null };
  return { ...of(wanted.page.namespace), pageId: wanted.page.id };
}

const of = ({ id, key }: PageRef['namespace']) => ({ namespaceId: id, namespace: key });

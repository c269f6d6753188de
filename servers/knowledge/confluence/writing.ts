import type { KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWrite, Written } from '#capabilities/knowledge-write/ports.ts';
import type { Reads, Send } from '#shared/atlassian/transport.ts';

/** What a writer has: reads and writes go with the one token that can write. */
export type Writing = {
  readonly reads: Reads;
  readonly send: Send;
  readonly site: string;
  readonly target: KnowledgeTarget;
};

export type Of<K extends KnowledgeWrite['kind']> = KnowledgeWrite & { readonly kind: K };

/** Sends one request that changes something, and reads back what was written. */
export type Perform = () => Promise<Written>;

import type { PageRef } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import type { KnowledgeBackendParts } from '#servers/knowledge/parts.ts';
import type { ContractPlace } from '#test/contracts/place.ts';

/**
 * One backend of pages, with a namespace that the contract may fill: what each backend's own test provides. Everything is
 * made anew by each test, in pages whose titles begin with `countersign-contract`; nothing is deleted for good.
 */
export type KnowledgePlace = ContractPlace & {
  readonly backend: Pick<KnowledgeBackendParts, 'reader' | 'readerFor' | 'door' | 'close'>;
  /** The key of the namespace that is written to. */
  readonly namespace: string;
  /** The key of another namespace that the account may write to and that no scope here covers; null where there is none. */
  readonly elsewhere: string | null;
  /** The key of a namespace to which nothing can be written any more, where there is one. */
  readonly archived?: string;
  /** What the backend does that not every one does. What is absent it does not: the tests that need it are skipped, by name. */
  readonly able: Abilities;
  /** What others do there. What is absent cannot be had at this place, and the tests that need it are skipped, by name. */
  readonly others: Others;
};

/** What the backend says itself (its quarantine, past and lacks) is not here. */
export type Abilities = {
  /** A search looks at texts, not at titles alone. */
  readonly searchesTexts?: true;
  /** It finds Japanese words within a run of characters, and texts of several scripts. */
  readonly searchesJapanese?: true;
  /** Pages with all words come first, and then those with any of them. */
  readonly searchesAnyWord?: true;
  /** It gives scores, made of nothing but the pages of each namespace that is searched. */
  readonly scoresApart?: true;
  /** The same for the pages that a search is limited to within a namespace. */
  readonly scoresUnderApart?: true;
  /** It tells links between pages, each way. */
  readonly links?: true;
  /** A page can come to another namespace. */
  readonly movesBetween?: true;
  /** Of two writes at the same time that expect the same, the backend itself lets one take effect. */
  readonly preconditions?: true;
  /** Writes of which it may be unclear whether they took effect; of all others it is told. */
  readonly unclear?: readonly KnowledgeWrite['kind'][];
};

/** What somebody, or the network, does that the server has no business doing. */
export type Others = {
  /** Somebody who works there makes a page; answers with its id. */
  readonly add?: (
    namespace: string,
    page: { readonly title: string; readonly text: string; readonly parent?: string },
  ) => Promise<string>;
  /** Somebody else gives a page another title or text. */
  readonly edit?: (page: PageRef, to: { readonly title?: string; readonly text?: string }) => Promise<unknown>;
  /** Somebody moves a page to the top of the namespace `elsewhere`. */
  readonly move?: (page: PageRef) => Promise<unknown>;
  /** Somebody who may not write there comments, or whose standing the backend does not tell. */
  readonly commentAsStranger?: (page: PageRef, text: string) => Promise<unknown>;
  /** Somebody puts many comments on a page, in no time. Their texts are `Comment 1` and so on. */
  readonly commentMany?: (page: PageRef, count: number) => Promise<unknown>;
  /** Somebody puts something into a page, before its text, that Markdown cannot say. */
  readonly addUnsayable?: (page: PageRef) => Promise<unknown>;
  /** The next request that changes something takes effect, and its answer does not come back. */
  readonly loseAnswer?: () => unknown;
  /** The next request that changes something does not arrive, and its sender cannot know. */
  readonly loseRequest?: () => unknown;
};

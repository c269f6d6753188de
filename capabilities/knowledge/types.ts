import * as z from 'zod';
import { audience, session, trust } from '#shared/tools/index.ts';

/** The forms that a backend keeps its pages in. */
export const documentFormat = z.enum(['markdown', 'storage', 'notion']);
export type DocumentFormat = z.infer<typeof documentFormat>;

/** Text with its form on the backend, so that an edit can keep what Markdown cannot say. */
export const pageDocument = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('markdown'), text: z.string() }),
  /** Confluence's storage format: `native` is its XHTML, `text` what it reads as in Markdown. */
  z.strictObject({ format: z.literal('storage'), text: z.string(), native: z.string() }),
  /** Notion: `native` is the enhanced Markdown that it gives of its blocks, `text` what they read as in plain Markdown. */
  z.strictObject({ format: z.literal('notion'), text: z.string(), native: z.string() }),
]);
export type PageDocument = z.infer<typeof pageDocument>;

/** Somebody as a backend names them. */
export const person = z.strictObject({
  id: z.string(),
  /** As people know them; anybody can choose it. */
  name: z.string(),
  /** What they are there, as far as the backend tells; `unknown`: nobody says, so that they count as a stranger. */
  standing: z.enum(['member', 'app', 'guest', 'unknown']),
});
export type Person = z.infer<typeof person>;

/** A namespace by its immutable id, with the key it had when it was looked up: a space, a part of a workspace. */
export const namespaceRef = z.strictObject({
  id: z.string(),
  /** As scopes name it: `handbook`, the key of a space. */
  key: z.string(),
  name: z.string(),
  /** Who can see its pages; absent where the backend does not say. */
  audience: audience.exactOptional(),
});
export type NamespaceRef = z.infer<typeof namespaceRef>;

/** A page by its immutable id, with what it was called when it was looked up. */
export const pageRef = z.strictObject({
  id: z.string(),
  title: z.string(),
  url: z.string(),
  namespace: namespaceRef,
});
export type PageRef = z.infer<typeof pageRef>;

/** Where a page is: the pages above it, from the top; the last is its parent. None above it at the top of a namespace. */
export const place = z.strictObject({
  namespace: namespaceRef,
  above: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      /** Of the words of its title; trusted unless given. */
      trust: trust.exactOptional(),
    }),
  ),
});
export type Place = z.infer<typeof place>;

/** Where a revision comes from. */
export const provenance = z.strictObject({
  /** `imported`: taken from elsewhere by an operator. */
  kind: z.enum(['person', 'agent', 'imported']),
  /** Who it is on the backend; null where nobody says. */
  by: person.nullable(),
  /** Of an agent's revision; else null. */
  agent: z.string().nullable(),
  sponsor: z.string().nullable(),
  session: session.nullable(),
  /** The change that wrote it, or the path or address that it was taken from; null where nobody says. */
  source: z.string().nullable(),
  trust,
  /** It waits until a person accepts it; until then it is found by its own agent and by people alone. */
  quarantined: z.boolean(),
});
export type Provenance = z.infer<typeof provenance>;

/** One state of a page that was kept. */
export const revision = z.strictObject({
  /** What versions compare by: no two states of a page have the same. */
  id: z.string(),
  /** ISO 8601. */
  at: z.string(),
  title: z.string(),
  provenance,
  /** What its author said of it; null where there is nothing. */
  note: z.string().nullable(),
  /**
   * Where the page was last while it was so, so that a scope can be asked: one that came from elsewhere does not tell of
   * that. Absent where the backend does not say; there, whoever may see the page may see what it was.
   */
  place: place.exactOptional(),
});
export type Revision = z.infer<typeof revision>;

/** A comment without any mark of ours in its text. */
export const pageComment = z.strictObject({
  id: z.string(),
  url: z.string(),
  author: person.nullable(),
  body: pageDocument,
  /** The comment that it answers; null where it begins a conversation. */
  replyTo: z.string().nullable(),
  provenance,
  /** ISO 8601. */
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type PageComment = z.infer<typeof pageComment>;

/** What a write is narrowed to; `pageId` is null where the page is still to be made, or where it is about all of them. */
export type KnowledgeTarget = {
  readonly namespaceId: string;
  readonly namespace: string;
  readonly pageId: string | null;
};

/** What a scope of a knowledge capability is asked: one aspect of one call at a time. */
export type KnowledgeAsk = {
  readonly want: 'read' | 'write';
  /** The key of the namespace, as the arguments say or, for a page, as the backend says where it is now. */
  readonly namespace: string;
  /**
   * The page itself and those above it, by their ids, once the backend has told; for a page that is made or comes there,
   * those that will be above it.
   */
  readonly page?: { readonly id: string | null; readonly above: readonly string[] };
  /** What a list or search is opened with beside the namespace: the pages that a scope is limited to, with those under them. */
  readonly under?: readonly string[];
};

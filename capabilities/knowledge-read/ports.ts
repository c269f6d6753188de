import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type {
  DocumentFormat,
  NamespaceRef,
  PageComment,
  PageDocument,
  PageRef,
  Person,
  Place,
  Provenance,
  Revision,
} from '#capabilities/knowledge/types.ts';
import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import type { Landed, Mark, Trust } from '#shared/tools/index.ts';

/** What a backend is and can, the same for as long as the server runs. */
export type KnowledgeBackend = {
  /** As people call it: "Confluence". */
  readonly name: string;
  /** The form that its pages have. */
  readonly documents: DocumentFormat;
  /** Tools that it cannot serve; agents are not shown them. */
  readonly lacks: readonly string[];
  /** How long a page or a comment may be, in UTF-16 code units of Markdown; and a title. */
  readonly maxText: number;
  readonly maxComment: number;
  readonly maxTitle: number;
  /** Whether a revision can wait in it until a person accepts it, unseen by all but its agent. */
  readonly quarantine: boolean;
  /** Whether it can tell what a page, and what a namespace was at a moment. */
  readonly past: boolean;
  /** Whether a comment can get another text, so that one that was added can be withdrawn. */
  readonly rewordsComments: boolean;
  /** False where a page cannot come to another namespace; absent where it can. */
  readonly movesBetween?: false;
  /** Whether it lets a step of a change take effect once at most, so that a step whose answer was lost may be repeated. */
  readonly once: boolean;
};

export type Namespace = NamespaceRef & {
  readonly url: string;
  /** Nothing can be written to it any more. */
  readonly archived: boolean;
  /** How many pages it has, as far as the backend tells; null where it does not. */
  readonly pages: number | null;
};

/** A page in a list. */
export type PageSummary = PageRef & {
  readonly above: Place['above'];
  /** Whether there are pages under it; null where the backend does not say. */
  readonly parent: boolean | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly trashed: boolean;
  /** Of the words of its title; trusted unless given. */
  readonly trust?: Trust;
};

/** Another page that a page leads to or comes from; its namespace may be outside every scope. */
export type PageLink = PageRef & Pick<PageSummary, 'above' | 'trust'>;

/** A page as its viewer sees it: with what waits in quarantine where that is the viewer's own, else without. */
export type KnowledgePage = PageSummary & {
  readonly body: PageDocument;
  readonly revision: Revision;
  /** What everybody else sees, where this is not it; null where they see nothing. Absent where all see the same. */
  readonly published?: { readonly revision: Revision; readonly body: PageDocument } | null;
  /** How many comments it has; null where the backend does not say. */
  readonly comments: number | null;
};

/** What is searched for. Each value is data: an adapter quotes it, or passes it as a variable. */
export type KnowledgeQuery = {
  /** Where to look: only there, and with statistics of that namespace alone; with `under`, only there and below. At least one. */
  readonly within: readonly { readonly namespace: string; readonly under: readonly string[] | null }[];
  /** As an agent wrote it; the words in it count, no operator. */
  readonly text: string;
};

/** What a search found. */
export type Hit = PageSummary & {
  /** Where in the page: its nearest heading; null where there is none or the backend does not say. */
  readonly heading: string | null;
  /** The line of the page where the snippet begins, from 1; null where the backend does not say. */
  readonly line: number | null;
  /** Some lines of its raw text around what was found. */
  readonly snippet: string;
  /** The higher the better, comparable within one answer; null where the backend only gives an order. */
  readonly score: number | null;
  readonly revision: string | null;
  readonly provenance: Provenance;
};

/** What a page was: by the id of a revision, or as of a moment (ISO 8601). */
export type When = { readonly revision: string } | { readonly at: string };

/** A page as it was. */
export type PastPage = {
  readonly page: PageRef;
  readonly place: Place;
  readonly revision: Revision;
  readonly body: PageDocument;
  readonly trashed: boolean;
};

/** The same in a list: its text by its digest (SHA-256 of its Markdown in UTF-8, hex), and read only where it is wanted. */
export type PastListed = Omit<PastPage, 'body'> & {
  readonly digest: string;
  readonly body: () => Promise<PageDocument>;
  /** Where it is now, which may be another namespace. */
  readonly now: () => Promise<Place>;
};

/**
 * What the knowledge tools read, for one viewer. Null where there is nothing, or nothing that the viewer or the account
 * may see. Throws AppError `backend_unavailable` (also when a limit of the backend is reached), `backend_refused` (the
 * credential is not taken), `unsupported` for what the backend says that it lacks.
 */
export type KnowledgeReader = {
  readonly backend: KnowledgeBackend;
  /** The account that acts here. */
  readonly self: () => Promise<Person>;
  readonly namespace: (key: string) => Promise<Namespace | null>;
  /** One page of what is found, best first; what is in the trash is left out. A namespace that is not there has nothing. */
  readonly search: (query: KnowledgeQuery, page: PageRequest) => Promise<Page<Hit>>;
  /**
   * A page by its id, in whatever namespace the server knows; null for one of no namespace. Its `namespace` and `above`
   * are as the backend says now: they are asked before anything of it is told.
   */
  readonly page: (id: string) => Promise<KnowledgePage | null>;
  /** A state that a page had; null where there was none. */
  readonly past: (page: PageRef, when: When) => Promise<PastPage | null>;
  /** Those right under a page, or at the top of a namespace, in the backend's order. */
  readonly children: (namespace: NamespaceRef, parent: string | null, page: PageRequest) => Promise<Page<PageSummary>>;
  /**
   * Every page that everybody saw in a namespace at a moment (ISO 8601), or sees now for null, ordered by id: without what
   * was in the trash, and without what waited in quarantine, whoever the viewer is.
   */
  readonly pastPages: (namespace: NamespaceRef, at: string | null, page: PageRequest) => Promise<Page<PastListed>>;
  /** Newest first. */
  readonly history: (page: PageRef, request: PageRequest) => Promise<Page<Revision>>;
  /** Newest first. */
  readonly comments: (page: PageRef, request: PageRequest) => Promise<Page<PageComment>>;
  readonly comment: (page: PageRef, id: string) => Promise<PageComment | null>;
  /** Pages that the text of a page leads to, and those that lead to it. Empty where the backend does not tell. */
  readonly links: (page: PageRef) => Promise<{ readonly to: readonly PageLink[]; readonly from: readonly PageLink[] }>;
  /**
   * Whether a write whose answer was lost took effect, by our mark or, where the backend keeps none, by its own record of
   * what our account did. What it answers with is what the writer would have.
   */
  readonly landed: (wanted: KnowledgeWrite, mark: Mark) => Promise<Landed>;
};

import type { NamespaceRef, Provenance } from '#capabilities/knowledge/types.ts';
import type { Trust } from '#shared/tools/index.ts';

export type NamespaceRow = {
  readonly id: number;
  readonly ref: string;
  readonly key: string;
  readonly name: string;
  readonly audience: NonNullable<NamespaceRef['audience']>;
  readonly archived: number;
  /** How many passages its table of words has, and how many words they have together. */
  readonly passages: number;
  readonly tokens: number;
};

export type PageRow = {
  readonly id: number;
  readonly ref: string;
  readonly namespace: number;
  readonly parent: number | null;
  readonly position: number;
  readonly trashed: number;
  /** The revision that everybody sees; null where there is none. */
  readonly published: number | null;
  /** Where an import took it from, relative to what was imported. */
  readonly path: string | null;
  readonly created_at: number;
  readonly updated_at: number;
};

/** Where a text comes from. */
export type AuthorColumns = {
  readonly kind: Provenance['kind'];
  readonly person: string | null;
  readonly agent: string | null;
  readonly sponsor: string | null;
  readonly session_from: string | null;
  readonly session_to: string | null;
  readonly source: string | null;
  readonly trust: Trust;
};

export type RevisionRow = AuthorColumns & {
  readonly id: number;
  readonly ref: string;
  readonly page: number;
  readonly at: number;
  readonly title: string;
  readonly body: number;
  readonly note: string | null;
  readonly accepted: number;
};

export type CommentRow = AuthorColumns & {
  readonly id: number;
  readonly ref: string;
  readonly page: number;
  readonly body: string;
  readonly reply_to: number | null;
  readonly accepted: number;
  readonly created_at: number;
  readonly updated_at: number;
};

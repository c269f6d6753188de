import * as z from 'zod';

/** Names bytes by what they are, so that a plan can say exactly what will be written without holding it. */
export type ContentRef = { readonly sha256: string; readonly bytes: number };

/** The wire form of {@link ContentRef}: lower-case hex digest and the length in bytes. */
export const contentRef: z.ZodType<ContentRef> = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
});

/** Reads contents that were kept. Every reader hashes what it reads: bytes that are not what their name says throw. */
export type ContentReader = {
  /** The bytes. Throws when they were never kept, or no longer match their digest. */
  readonly get: (ref: ContentRef) => Uint8Array;
  /** The bytes as text, or null when they are not well-formed UTF-8. A byte order mark is kept. */
  readonly text: (ref: ContentRef) => string | null;
  /** The bytes in base64, as most write APIs want them. */
  readonly base64: (ref: ContentRef) => string;
};

/** Also keeps contents. What is kept here becomes durable together with the change that refers to it. */
export type Contents = ContentReader & {
  readonly put: (bytes: Uint8Array) => ContentRef;
  readonly putText: (text: string) => ContentRef;
  /** Null when the text is not canonical base64 (RFC 4648 §4, with padding). */
  readonly putBase64: (base64: string) => ContentRef | null;
};

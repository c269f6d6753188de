import * as z from 'zod';
import { adfDocument } from '#capabilities/ticket/document.ts';
import type { TicketDocument } from '#capabilities/ticket/types.ts';
import { canonical, sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { Json } from '#shared/tools/index.ts';

/** A text of Jira: a document of its format, or nothing. Some old fields have plain text instead. */
export const richText = z.union([z.string(), z.looseObject({ type: z.literal('doc') })]).nullish();
export type RichText = z.infer<typeof richText>;

/**
 * A text as Jira has it; null where there is none. Its parts stand in one order, whatever order they came in. One that
 * cannot be read is named by its digest: a comment of anybody's must not keep all others from being read.
 */
export function documentOf(value: RichText): TicketDocument | null {
  if (value === null || value === undefined || value === '') return null;
  const native = canonical((typeof value === 'string' ? plain(value) : value) as Json);
  try {
    return adfDocument(native);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unsupported') throw error;
    return { format: 'adf', native, text: `⟦a document that cannot be read here, ${sha256(native).slice(0, 16)}⟧` };
  }
}

const plain = (text: string): Json => ({
  ...{ version: 1, type: 'doc' },
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});

/** What is sent for a text: its own form, as it is. Throws for one that is not of this format. */
export function sentOf(document: TicketDocument): unknown {
  if (document.format !== 'adf') throw new Error('a text for Jira has to be in its own format');
  return JSON.parse(document.native);
}

/**
 * Whether two texts are the same in Jira. It gives parts of a text names of their own when they are stored
 * (`localId`), which say nothing.
 */
export function sameText(one: TicketDocument | null, other: TicketDocument | null): boolean {
  return one === null || other === null ? one === other : plainForm(one) === plainForm(other);
}

function plainForm(document: TicketDocument): string {
  if (document.format !== 'adf') return document.text;
  return canonical(withoutNames(JSON.parse(document.native) as Json));
}

function withoutNames(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNames);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'localId');
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutNames(part)] as const));
}

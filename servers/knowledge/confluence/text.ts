import { storageDocument } from '#capabilities/knowledge/storage/storage.ts';
import type { PageDocument } from '#capabilities/knowledge/types.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';

/**
 * A text as Confluence has it. One that cannot be read is named by its digest: a comment of anybody's must not keep all
 * others from being read.
 */
export function documentOf(native: string): PageDocument {
  try {
    return storageDocument(native);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const text = `⟦a document that cannot be read here, ${sha256(native).slice(0, 16)}⟧`;
    return { format: 'storage', native, text };
  }
}

/** What is sent for a text: its own form, as it is. Throws RangeError for one that is not of this format. */
export function sentOf(document: PageDocument): { readonly representation: 'storage'; readonly value: string } {
  if (document.format !== 'storage') throw new RangeError('a text for Confluence has to be in its own format');
  return { representation: 'storage', value: document.native };
}

import { join } from 'node:path';
import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import { trust } from '#shared/tools/index.ts';
import { readAlone } from './alone.ts';
import { type Listed, mostTotal } from './source.ts';

/** The file in which an export says what its files cannot: titles, and which page is under which. */
export const listingFile = '.countersign-pages.json';

const path = z.string().min(1).max(4_096);

const title = z
  .string()
  .max(255)
  .refine((text) => text.trim() !== '' && !/[\r\n\0]/.test(text) && text.isWellFormed());

/** What that file has. */
export const listing = z.strictObject({
  format: z.literal('countersign/pages@1'),
  namespace: z.string(),
  /** The moment that the pages are as of. */
  at: z.iso.datetime(),
  pages: z.array(
    z.strictObject({
      ...{ path, title, under: path.nullable() },
      /** Of its words; absent where they are trusted. */
      trust: trust.exactOptional(),
    }),
  ),
});

/** What an export says of a folder; null where none made it. Throws AppError `bad_configuration` for a damaged one. */
export function readListing(folder: string): readonly Listed[] | null {
  let bytes: Uint8Array | number;
  try {
    bytes = readAlone(join(folder, listingFile), mostTotal);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw damaged(cause);
  }
  if (typeof bytes === 'number') throw damaged(new Error(`it has ${bytes} bytes`));
  try {
    return listing.parse(JSON.parse(new TextDecoder().decode(bytes))).pages;
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause: unknown): AppError {
  const next = 'Without it, titles are taken from headings, and places from folders: delete it for that.';
  return new AppError('bad_configuration', `The file ${listingFile} of the folder is not as an export writes it.`, {
    next,
    cause,
  });
}

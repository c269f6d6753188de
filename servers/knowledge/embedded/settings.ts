import { join } from 'node:path';
import * as z from 'zod';

/** The environment of the embedded knowledge base: there is nothing to set but where its data is. */
export const embeddedSettings = {
  COUNTERSIGN_DATA: z.string('is needed: the data directory').min(1, 'is needed: the data directory'),
};

export type EmbeddedOptions = {
  /** The file of the pages; `:memory:` for one that nobody else sees. */
  readonly path: string;
};

export function embeddedOptions(values: { readonly COUNTERSIGN_DATA: string }): EmbeddedOptions {
  return { path: join(values.COUNTERSIGN_DATA, 'knowledge', 'knowledge.db') };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A document that a vendor publishes and does not let others pass on: where it is, or why there is none to check against. */
export type Published =
  | { readonly path: string; readonly missing: null }
  | { readonly path: null; readonly missing: string };

/** docs/tickets.md and docs/knowledge.md say where to get these files. */
export function published(name: string): Published {
  const folder = process.env['COUNTERSIGN_SCHEMAS'];
  const path = folder === undefined ? null : join(folder, name);
  if (path === null || !existsSync(path))
    return { path: null, missing: `COUNTERSIGN_SCHEMAS names no folder with ${name}` };
  return { path, missing: null };
}

import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** The version of the suite, from its package.json. */
export function suiteVersion(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version;
}

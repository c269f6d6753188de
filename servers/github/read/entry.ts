import * as z from 'zod';
import { oid } from '#capabilities/repo/types.ts';

/** A tree entry as GraphQL gives it. `mode` is git's octal mode as a decimal number: 33188 is 100644. */
export const entry = z.object({ type: z.string(), mode: z.number().int(), oid });

const symlink = 0o120000;

/** Git's mode in six octal digits. */
export const modeOf = ({ mode }: z.infer<typeof entry>): string => mode.toString(8).padStart(6, '0');

export function typeOf({ type, mode }: z.infer<typeof entry>): 'file' | 'directory' | 'symlink' | 'submodule' {
  if (type === 'tree') return 'directory';
  if (type === 'commit') return 'submodule';
  return mode === symlink ? 'symlink' : 'file';
}

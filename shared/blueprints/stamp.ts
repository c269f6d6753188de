import { statSync } from 'node:fs';

/** Changes with the content of a file, whether it was written in place or replaced; null when it is not there. */
export function stampOf(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
}

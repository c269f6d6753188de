import type { Command } from 'commander';
import { type Connection, readConnection } from '../config.ts';

/** How the console is reached, from the options of whole program. */
export function connectionOf(command: Command): Connection {
  return readConnection(command.optsWithGlobals<{ url?: string; tokenFile?: string }>());
}

/** The path of a change in the API. */
export function changePath(id: string, rest = ''): string {
  return `/changes/${encodeURIComponent(id)}${rest}`;
}

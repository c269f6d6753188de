import { embedded } from './embedded.ts';
import type { Engine } from './engine.ts';
import { flexsearchAsItComes, flexsearchTuned } from './flexsearch.ts';
import { memoryServer } from './memory-server.ts';
import { minisearchAsItComes, minisearchTuned } from './minisearch.ts';
import { oramaAsItComes, oramaTuned } from './orama.ts';
import { scan } from './scan.ts';

/** What is compared, by what the tables call it. @param path a file for what needs one */
export const engines = {
  Countersign: embedded,
  MiniSearch: minisearchAsItComes,
  'MiniSearch, tuned': minisearchTuned,
  FlexSearch: flexsearchAsItComes,
  'FlexSearch, tuned': flexsearchTuned,
  Orama: oramaAsItComes,
  'Orama, tuned': oramaTuned,
  'memory server': memoryServer,
  scan,
} as const satisfies Readonly<Record<string, (path: string) => Engine | Promise<Engine>>>;

export type EngineName = keyof typeof engines;

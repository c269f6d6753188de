import { afterAll, beforeAll } from 'vitest';
import { type Bench, openBench } from './bench.ts';
import { commentsContract } from './comments.ts';
import { doubtContract } from './doubt.ts';
import { pastContract } from './past.ts';
import type { KnowledgePlace } from './place.ts';
import { placesContract } from './places.ts';
import { quarantineContract } from './quarantine.ts';
import { readsContract } from './reads.ts';
import { searchesContract } from './searches.ts';
import { textsContract } from './texts.ts';
import { toolsContract } from './tools.ts';
import { writesContract } from './writes.ts';

/** The longest that opening a place may take: a real backend's limits end within the hour. */
const hourMs = 70 * 60_000;

/** What every backend of pages holds to. Registers the tests; call it once in a test file of the backend. */
export function knowledgeContract(open: () => Promise<KnowledgePlace>): void {
  let place: KnowledgePlace | undefined;
  let bench: Bench | undefined;
  beforeAll(async () => {
    place = await open();
    bench = await openBench(place);
  }, hourMs);
  afterAll(async () => {
    if (bench !== undefined) place?.leaves?.(bench.run);
    await place?.backend.close();
  }, hourMs);
  const at = (): Bench => {
    if (bench === undefined) throw new Error('the place is not open');
    return bench;
  };
  readsContract(at);
  searchesContract(at);
  writesContract(at);
  placesContract(at);
  textsContract(at);
  commentsContract(at);
  doubtContract(at);
  quarantineContract(at);
  pastContract(at);
  toolsContract(at);
}

import { afterAll, beforeAll } from 'vitest';
import { type Bench, openBench } from './bench.ts';
import { commentsContract } from './comments.ts';
import { fieldsContract } from './fields.ts';
import type { TicketPlace } from './place.ts';
import { readsContract } from './reads.ts';
import { relationsContract } from './relations.ts';
import { searchesContract } from './searches.ts';
import { statusesContract } from './statuses.ts';
import { textsContract } from './texts.ts';
import { toolsContract } from './tools.ts';

/** The longest that opening a place may take: a real backend's limits end within the hour. */
const hourMs = 70 * 60_000;

/** What every backend of tickets holds to. Registers the tests; call it once in a test file of the backend. */
export function ticketContract(open: () => Promise<TicketPlace>): void {
  let place: TicketPlace | undefined;
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
  fieldsContract(at);
  textsContract(at);
  statusesContract(at);
  commentsContract(at);
  relationsContract(at);
  toolsContract(at);
}

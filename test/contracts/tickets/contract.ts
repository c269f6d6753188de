import { benchAt } from '#test/contracts/bench.ts';
import { openBench } from './bench.ts';
import { commentsContract } from './comments.ts';
import { fieldsContract } from './fields.ts';
import type { TicketPlace } from './place.ts';
import { readsContract } from './reads.ts';
import { relationsContract } from './relations.ts';
import { searchesContract } from './searches.ts';
import { statusesContract } from './statuses.ts';
import { textsContract } from './texts.ts';
import { toolsContract } from './tools.ts';

/** What every backend of tickets holds to. Registers the tests; call it once in a test file of the backend. */
export function ticketContract(open: () => Promise<TicketPlace>): void {
  const at = benchAt(open, openBench);
  readsContract(at);
  searchesContract(at);
  fieldsContract(at);
  textsContract(at);
  statusesContract(at);
  commentsContract(at);
  relationsContract(at);
  toolsContract(at);
}

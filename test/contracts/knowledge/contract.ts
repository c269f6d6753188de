import { benchAt } from '#test/contracts/bench.ts';
import { openBench } from './bench.ts';
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

/** What every backend of pages holds to. Registers the tests; call it once in a test file of the backend. */
export function knowledgeContract(open: () => Promise<KnowledgePlace>): void {
  const at = benchAt(open, openBench);
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

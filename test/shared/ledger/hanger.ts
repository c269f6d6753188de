import { appendEvent } from '#shared/ledger/events.ts';
import { openLedger } from '#shared/ledger/ledger.ts';

/** A process that begins to write the ledger it is given, says so, and never ends. */
const ledger = await openLedger(process.argv[2] ?? '');
await ledger.write(async (tx) => {
  const actor = { kind: 'server', server: 'test' } as const;
  await appendEvent(tx, { at: '', type: 'lost', changeId: null, actor, body: {} });
  process.send?.('inside');
  setInterval(() => {}, 1_000);
  await new Promise<never>(() => {});
});

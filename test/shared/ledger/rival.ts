import { decide } from '#shared/changes/decide.ts';
import { openSigningKey } from '#shared/changes/keys.ts';
import { takeLease } from '#shared/ledger/leases.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';

/** What a rival process is told to do with each of some changes, as fast as it can. */
export type Order = {
  readonly ledger: string;
  readonly key: string;
  readonly name: string;
  readonly now: number;
  readonly decide: readonly string[];
  readonly claim: readonly string[];
};
/** What it got, by change. */
export type Got = Readonly<Record<string, string>>;

process.once('message', (order: Order) => {
  const key = openSigningKey(order.key);
  const now = (): Date => new Date(order.now);
  const got: Record<string, string> = {};
  const note = async (id: string, work: () => Promise<string>): Promise<void> => {
    got[id] = await work().catch((error: { code?: string }) => error.code ?? String(error));
  };
  const obey = async (): Promise<void> => {
    const ledger = await openLedger(order.ledger);
    for (const id of order.decide) {
      const seal = (await findSealed(ledger.db, id))?.seal ?? '';
      const approver = { issuer: 'countersign:local', subject: order.name };
      const verb = order.name === 'a' ? 'approve' : 'reject';
      await note(id, async () => {
        const decided = await decide(
          { ledger, key, now },
          { changes: [{ changeId: id, seal }], verb, approver, reason: '' },
        );
        return decided.map((one) => one.status).join();
      });
    }
    for (const id of order.claim) {
      const lease = { id, status: 'approved', executor: order.name, now: order.now, until: order.now + 1 } as const;
      await note(id, async () => String(await ledger.write((tx) => takeLease(tx, lease))));
    }
    await ledger.close();
    process.send?.(got, () => process.disconnect());
  };
  process.once('message', () => {
    obey().catch((error: unknown) => {
      process.send?.({ error: String(error) }, () => process.disconnect());
    });
  });
  process.send?.('ready');
});

import { atWork } from './leases.ts';
import type { Ledger } from './ledger.ts';

/**
 * A hold or a wait that reaches further than any that is given was given before the clock was set back, and would last as
 * long as the clock was set back by. Such a one ends at `until` instead. Whoever is at work renews it before that. Times
 * in milliseconds since 1970.
 */
export async function shortenLeases(
  ledger: Ledger,
  { server, beyond, until }: { readonly server: string; readonly beyond: number; readonly until: number },
): Promise<void> {
  const long = await ledger.db
    .selectFrom('changes')
    .select('id')
    .where('server', '=', server)
    .where(atWork)
    .where('lease_until', '>', beyond)
    .execute();
  if (long.length === 0) return;
  const ids = long.map(({ id }) => id);
  await ledger.write((tx) =>
    tx
      .updateTable('changes')
      .set({ lease_until: until })
      .where('id', 'in', ids)
      .where('lease_until', '>', beyond)
      .execute(),
  );
}

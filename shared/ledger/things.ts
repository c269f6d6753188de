import type { Left } from '#shared/tools/index.ts';
import type { ChangeRow, Owner } from './changes.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { LedgerDb, LedgerTx, Timestamp } from './schema.ts';

/** Keeps what a change left, while it is still being carried out. */
export async function keepLeft(
  tx: LedgerTx,
  change: Pick<ChangeRow, 'id' | 'server' | 'agent' | 'blueprint'>,
  left: readonly Left[],
  at: Timestamp,
): Promise<void> {
  if (left.length === 0) return;
  const { id: change_id, server, agent, blueprint } = change;
  const rows = left.map(({ thing, version, made }) => ({
    server,
    thing,
    version,
    made: made ? 1 : 0,
    change_id,
    agent,
    blueprint,
    at,
  }));
  await tx.insertInto('things_left').values(rows).execute();
}

/** What is on record of a thing: whether an owner's applied change made it, and who left it last, at which version. */
export type OnRecord = {
  readonly isMade: boolean;
  readonly last: (Partial<Owner> & { readonly version: string | null; readonly changeId: string }) | null;
};

/** `except`: a change that is asked about, whose own doing does not count. */
export async function recordOfThing(
  db: LedgerDb,
  { server, thing }: { readonly server: string; readonly thing: string },
  { owner, except }: { readonly owner: Owner; readonly except: string },
): Promise<OnRecord> {
  const of = db
    .selectFrom('things_left as t')
    .where('t.server', '=', server)
    .where('t.thing', '=', thing)
    .where('t.change_id', '<>', except);
  const made = of
    .innerJoin('changes as c', 'c.id', 't.change_id')
    .select('t.id')
    .where('t.made', '=', 1)
    .where('t.agent', '=', owner.agent)
    .where('t.blueprint', '=', owner.blueprint)
    .where('c.status', '=', 'applied')
    .limit(1);
  const last = await of
    .select(['t.version', 't.agent', 't.blueprint', 't.change_id as changeId'])
    .orderBy('t.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!last) return { isMade: false, last: null };
  const { version, agent, blueprint, changeId } = last;
  const by = { ...(agent !== null && { agent }), ...(blueprint !== null && { blueprint }) };
  return { isMade: (await made.executeTakeFirst()) !== undefined, last: { version, changeId, ...by } };
}

/** A thing as a change left it; at no version where it has none. */
export type LeftThing = { readonly thing: string; readonly version: string | null; readonly changeId: string };

/** Which changes left these things of a server, oldest first. */
export async function changesThatLeft(
  db: LedgerDb,
  server: string,
  things: readonly string[],
): Promise<readonly LeftThing[]> {
  if (things.length === 0) return [];
  return db
    .selectFrom('things_left')
    .select(['thing', 'version', 'change_id as changeId'])
    .where('server', '=', server)
    .where('thing', 'in', things)
    .orderBy('id')
    .execute();
}

/** What is noted of a change is noted by who carries it out, in the name of who asked. */
const isCarriedOut = `exists (select 1 from changes c where c.id = new.change_id
    and c.status in ('dispatched', 'unknown') and c.server = new.server
    and c.agent is not distinct from new.agent and c.blueprint is not distinct from new.blueprint)`;

/** What the database itself refuses about things. */
export function thingRules(): Refusal[] {
  return [
    refuse(
      'things_left_by_change',
      'insert on things_left',
      `not ${isCarriedOut}`,
      'countersign: it left no such thing',
    ),
  ];
}

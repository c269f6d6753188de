import { type Refusal, refuse } from './refusal.ts';
import type { LedgerDb, LedgerTx, RequestedTable } from './schema.ts';

/** Keeps what a person asks for, in the transaction that enters the change. `body` is canonical JSON. */
export async function insertRequested(tx: LedgerTx, request: RequestedTable): Promise<void> {
  await tx.insertInto('requested').values(request).execute();
}

/** What a person asked for with a change; undefined for a restore, and for what an agent proposed. */
export function findRequested(db: LedgerDb, changeId: string): Promise<RequestedTable | undefined> {
  return db.selectFrom('requested').selectAll().where('change_id', '=', changeId).executeTakeFirst();
}

/** What a person asks for that is no restore. */
const isPersons = (change: string): string => `${change}.agent is null and ${change}.restores is null`;

/** What the database itself refuses of people's requests. */
export function requestRules(): Refusal[] {
  return [
    refuse(
      'requested_planning',
      'insert on requested',
      `not exists (select 1 from changes c where c.id = new.change_id and c.status = 'planning' and ${isPersons('c')})
       or (new.about is not null and not exists (select 1 from changes c join changes a on a.id = new.about
         where c.id = new.change_id and a.server = c.server and a.status in ('applied', 'partial')))`,
      'countersign: no person asks for this',
    ),
    refuse(
      'sealed_requested',
      'insert on sealed',
      `exists (select 1 from changes c where c.id = new.change_id and ${isPersons('c')})
       and not exists (select 1 from requested r where r.change_id = new.change_id
         and json_extract(r.body, '$.arguments') = json_extract(new.body, '$.arguments'))`,
      'countersign: this is not what the person asked for',
    ),
  ];
}

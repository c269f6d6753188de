import { type Refusal, refuse } from './refusal.ts';

const also = "coalesce(json_extract(c.restores, '$.also'), '')";

/** What is noted of a restore is what it says that it puts back. */
const restoredMatches = `exists (select 1 from changes c where c.id = new.change_id and c.status = 'planning'
    and (json_extract(c.restores, '$.change_id') = new.original
      or replace(${also}, '"' || new.original || '"', '') <> ${also}))`;

/** A restore that goes on has all that it puts back noted. */
const allRestored = `(select count(*) from restored r where r.change_id = new.id)
    = 1 + coalesce(json_array_length(new.restores, '$.also'), 0)`;

/** What the database itself refuses of restores, their differences and their sets. */
export function restoreRules(): Refusal[] {
  const planning = `exists (select 1 from changes c where c.id = new.change_id and c.status = 'planning'
    and c.restores is not null)`;
  return [
    refuse('restored_matches', 'insert on restored', `not ${restoredMatches}`, 'countersign: it does not restore this'),
    refuse(
      'changes_restored',
      'update of status on changes',
      `old.status = 'planning' and new.restores is not null and not (${allRestored})`,
      'countersign: what it restores is not noted',
    ),
    refuse('differences_planning', 'insert on differences', `not ${planning}`, 'countersign: no restore is planned'),
    refuse(
      'set_members_open',
      'insert on set_members',
      `not ${planning} or exists (select 1 from set_seals s where s.set_id = new.set_id)`,
      'countersign: this set takes no such member',
    ),
    refuse(
      'set_seals_planned',
      'insert on set_seals',
      `json_extract(new.body, '$.set_id') is distinct from new.set_id
       or exists (select 1 from set_members m join changes c on c.id = m.change_id
         where m.set_id = new.set_id and c.status = 'planning')`,
      'countersign: this set is not planned',
    ),
  ];
}

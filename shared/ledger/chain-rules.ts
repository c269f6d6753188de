import { type Refusal, refuse } from './refusal.ts';

/** A change comes after one that was sealed before it, of the same agent and blueprint, so that no chain has a circle. */
const mayComeAfter = `exists (select 1 from changes c join standings e on e.id = new.after_id
    where c.id = new.change_id and c.status = 'planning' and e.agent = c.agent and e.blueprint = c.blueprint
      and e.seal is not null and new.depth = e.depth + 1)
  and not exists (select 1 from sealed s where s.change_id = new.change_id)`;

/** What a sealed body says of an earlier change is what is kept of it. */
const sealedAfter = `json_extract(new.body, '$.after.change_id')
    is not distinct from (select a.after_id from afters a where a.change_id = new.change_id)
  and json_extract(new.body, '$.after.seal') is not distinct from
    (select e.seal from afters a join standings e on e.id = a.after_id where a.change_id = new.change_id)`;

/** What the database itself refuses about changes that come after others. */
export function chainRules(): Refusal[] {
  return [
    refuse('afters_earlier', 'insert on afters', `not (${mayComeAfter})`, 'countersign: it cannot come after that'),
    refuse('sealed_after', 'insert on sealed', `not (${sealedAfter})`, 'countersign: it comes after another change'),
  ];
}

/** The SQL expression that holds when the change that this one (`new`) comes after stands in one of these states. */
export function earlierIs(statuses: readonly string[]): string {
  return `exists (select 1 from earlier e where e.change_id = new.id and e.status in (${quoted(statuses)}))`;
}

/** The same, or when it comes after none. */
export function earlierIsOrNone(statuses: readonly string[]): string {
  return `not exists (select 1 from earlier e where e.change_id = new.id and e.status not in (${quoted(statuses)}))`;
}

function quoted(statuses: readonly string[]): string {
  return statuses.map((status) => `'${status}'`).join(', ');
}

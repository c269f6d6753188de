import { type Refusal, refuse } from './refusal.ts';

/**
 * A change is a new version of one of the same agent, blueprint, server and tool that waits for a decision or got a no,
 * and that is how it comes into the ledger: before it is sealed itself.
 */
const mayReplace = `exists (select 1 from changes c join changes o on o.id = new.supersedes
    join sealed s on s.change_id = o.id
    where c.id = new.change_id and c.status = 'planning' and c.restores is null and o.restores is null
      and o.agent = c.agent and o.blueprint = c.blueprint and o.server = c.server and o.tool = c.tool
      and o.status in ('pending', 'rejected')
      and new.version = coalesce((select v.version from versions v where v.change_id = o.id), 1) + 1)
  and not exists (select 1 from sealed s where s.change_id = new.change_id)`;

const from = (column: string): string => `(select ${column} from versions v join sealed s on s.change_id = v.supersedes
    where v.change_id = new.change_id)`;

/** What a sealed body says of the version before is what is kept of it; both write to the same target. */
const sealedVersion = `json_extract(new.body, '$.supersedes.change_id') is not distinct from ${from('v.supersedes')}
  and json_extract(new.body, '$.supersedes.seal') is not distinct from ${from('s.seal')}
  and cast(json_extract(new.body, '$.supersedes.version') as integer) is not distinct from ${from('v.version')}
  and (not exists ${from('1')} or (
    json_extract(new.body, '$.target') is not distinct from ${from("json_extract(s.body, '$.target')")}
    and json_extract(new.body, '$.backend') is not distinct from ${from("json_extract(s.body, '$.backend')")}))`;

/** What the database itself refuses about versions. */
export function versionRules(): Refusal[] {
  return [
    refuse('versions_of', 'insert on versions', `not (${mayReplace})`, 'countersign: it cannot be a version of that'),
    refuse(
      'sealed_version',
      'insert on sealed',
      `not (${sealedVersion})`,
      'countersign: it is a version of another change',
    ),
  ];
}

/** The SQL expression that holds when a version that is sealed takes the place of a change (`new`). */
export const isReplaced = `exists (select 1 from versions v join sealed s on s.change_id = v.change_id
  where v.supersedes = new.id)`;

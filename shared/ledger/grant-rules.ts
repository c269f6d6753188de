import { automaticIssuers } from '#shared/changes/automatic-issuers.ts';
import { type Refusal, refuse } from './refusal.ts';

const automatic = Object.values(automaticIssuers)
  .map((issuer) => `'${issuer}'`)
  .join(', ');

const notEnded = (grant: string): string => `not exists (select 1 from grant_ends e where e.grant_id = ${grant})`;

/** A person gives a grant in the moment in which they approve a change, of what its review offers and no more. */
const mayBeGiven = `exists (select 1 from changes c join sealed s on s.change_id = c.id
    join decisions d on d.change_id = c.id and d.seal = s.seal
    where c.id = new.change_id and c.status = 'pending' and c.restores is null
      and c.server = new.server and c.agent = new.agent and c.blueprint = new.blueprint
      and d.verb = 'approve' and d.issuer = new.issuer and d.subject = new.subject
      and d.issuer not in (${automatic}) and d.decided_at = new.granted_at
      and cast(json_extract(s.body, '$.review.quorum') as integer) = 1
      and new.changes <= cast(json_extract(s.body, '$.review.grant.changes') as integer)
      and new.bytes <= cast(json_extract(s.body, '$.review.grant.bytes') as integer))`;

/** A change that waits comes under a grant that lasts, in its order, and within what is left of it. */
const mayBeUsed = `exists (select 1 from grants g join changes o on o.id = g.change_id
    join changes c on c.id = new.change_id
    where g.id = new.grant_id and o.status = 'applied' and c.status = 'pending'
      and c.server = g.server and c.agent = g.agent and c.blueprint = g.blueprint
      and g.granted_at <= new.at and g.expires_at > new.at and ${notEnded('g.id')}
      and new.number = (select count(*) from grant_uses u where u.grant_id = g.id) + 1 and new.number <= g.changes
      and (select coalesce(sum(u.bytes), 0) from grant_uses u where u.grant_id = g.id) + new.bytes <= g.bytes)`;

const isTakenBack = `exists (select 1 from grant_uses u join grant_ends e on e.grant_id = u.grant_id
    where u.change_id = new.change_id)`;

/** The SQL expression that holds when a change (`new`) was decided under a grant that lasts. */
export const decidedByGrant = `exists (select 1 from decisions d
    join sealed s on s.change_id = d.change_id and s.seal = d.seal
    join grant_uses u on u.change_id = d.change_id and u.grant_id = d.subject
    where d.change_id = new.id and d.verb = 'approve' and d.issuer = '${automaticIssuers.grant}'
      and d.expires_at > new.updated_at and ${notEnded('u.grant_id')})`;

/** What the database itself refuses about grants. */
export function grantRules(): Refusal[] {
  return [
    refuse('grants_given', 'insert on grants', `not ${mayBeGiven}`, 'countersign: nobody gave such a grant'),
    refuse(
      'grant_uses_within',
      'insert on grant_uses',
      `not ${mayBeUsed}`,
      'countersign: the grant does not go so far',
    ),
    refuse('attempts_granted', 'insert on attempts', isTakenBack, 'countersign: the grant was taken back'),
  ];
}

import { byReview } from '#shared/blueprints/approvers.ts';
import { automaticIssuers } from '#shared/changes/automatic-issuers.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Names in a list are between quotes, and a quote in a name is escaped. */
const goesByReviews = `json_extract(s.body, '$.review.by') like '%"${byReview}"%'`;

/** What reviewers say is looked at while a change waits for it, and once more when it is carried out. */
const maySee = `exists (select 1 from changes c join sealed s on s.change_id = c.id
    where c.id = new.change_id and ${goesByReviews} and json_extract(s.body, '$.reviewable.head') is not null
      and ((new.phase = 'waiting' and c.status = 'pending') or (new.phase = 'writing' and c.status = 'dispatched')))`;

/** The last that an account was seen to say of the head of a change (`new`) is that it approves. */
const approving = `select count(distinct r.account) from reviews_seen r where r.change_id = new.id
    and r.state = 'approved' and r.may_write = 1 and r.head = json_extract(s.body, '$.reviewable.head')
    and not exists (select 1 from reviews_seen l where l.change_id = r.change_id and l.account = r.account and l.id > r.id)`;

/** The SQL expression that holds when a change (`new`) was decided by as many reviews as its rule wants. */
export const decidedByReview = `exists (select 1 from decisions d
    join sealed s on s.change_id = d.change_id and s.seal = d.seal
    where d.change_id = new.id and d.verb = 'approve' and d.issuer = '${automaticIssuers.review}'
      and d.expires_at > new.updated_at and ${goesByReviews}
      and (${approving}) >= cast(json_extract(s.body, '$.review.quorum') as integer))`;

/** What the database itself refuses about reviews. */
export function reviewRules(): Refusal[] {
  return [
    refuse('reviews_seen_awaited', 'insert on reviews_seen', `not ${maySee}`, 'countersign: it waits for no review'),
  ];
}

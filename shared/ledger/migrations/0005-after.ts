import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, integer, keyed, barrier, seenBy }: Words): readonly string[] => [
  `create table afters (
     change_id ${text} primary key not null references changes (id),
     after_id ${text} not null references changes (id),
     depth ${integer} not null check (depth between 1 and 9)
   )${keyed}`,
  'create index afters_by_earlier on afters (after_id)',
  // A change may come after one of another server, whose rows its own server's user of PostgreSQL does not see. A view
  // looks with the rights of its owner: at where every change stands, and at what came of those that others wait for.
  `create view standings as
     select c.id, c.server, c.tool, c.agent, c.blueprint, c.status, s.seal, coalesce(a.depth, 0) as depth,
            case when c.restores is null then 0 else 1 end as is_restore
       from changes c left join sealed s on s.change_id = c.id left join afters a on a.change_id = c.id`,
  `create view earlier${barrier} as
     select a.change_id, c.id, c.status, s.seal, s.body
       from afters a join changes later on later.id = a.change_id
       join changes c on c.id = a.after_id join sealed s on s.change_id = c.id
      where ${seenBy('later.server')}`,
  `create view earlier_receipts${barrier} as
     select a.change_id, t.name, o.receipt
       from afters a join changes later on later.id = a.change_id
       join outcomes o on o.change_id = a.after_id and o.outcome in ('done', 'landed')
       join attempts t on t.change_id = o.change_id and t.step = o.step and t.attempt = o.attempt
      where ${seenBy('later.server')}`,
];

/** Which change comes after which. */
export const after = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });

import type { Sql } from '#shared/sqlite/sql.ts';
import { addPerson } from './projects.ts';

/** The user name of the account that the server acts as. */
export const ownLogin = 'countersign';

const priorities = ['Highest', 'High', 'Medium', 'Low'] as const;

const linkTypes = [
  ['blocks', 'is blocked by'],
  ['duplicates', 'is duplicated by'],
  ['relates to', 'relates to'],
] as const;

/** What every tracker has: the server's own account, priorities, kinds of links. */
export function addBasics(sql: Sql): void {
  addPerson(sql, { login: ownLogin, name: 'Countersign', email: null, app: true });
  for (const name of priorities) sql.run('insert into priority (name) values (?)', name);
  for (const [outward, inward] of linkTypes) {
    sql.run('insert into link_type (outward, inward) values (?, ?)', outward, inward);
  }
}

import type { Person, Provenance } from '#capabilities/knowledge/types.ts';
import type { Sql } from '#shared/sqlite/sql.ts';
import { ownLogin } from '../store/author.ts';
import { everybody } from '../store/namespaces.ts';
import type { AuthorColumns } from '../store/rows.ts';

/** Somebody as they are in a namespace; whom it does not name is a stranger there. */
export function personIn(sql: Sql, namespace: number, login: string): Person {
  if (login === ownLogin) return { id: login, name: 'Countersign', standing: 'app' };
  const name = sql.one<{ name: string }>('select name from person where login = ?', login)?.name ?? login;
  const found = 'select 1 from member where namespace = ? and login in (?, ?)';
  const isMember = sql.one(found, namespace, login, everybody) !== undefined;
  return { id: login, name, standing: isMember ? 'member' : 'unknown' };
}

export function provenanceOf(sql: Sql, namespace: number, row: AuthorColumns, accepted: number): Provenance {
  const { kind, person, agent, sponsor, session_from, session_to, source, trust } = row;
  const session = session_from === null || session_to === null ? null : { from: session_from, to: session_to };
  const by = person === null ? null : personIn(sql, namespace, person);
  return { kind, by, agent, sponsor, session, source, trust, quarantined: accepted === 0 };
}

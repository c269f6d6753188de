import type { Origin, Trust } from '#shared/tools/index.ts';
import type { AuthorColumns } from './rows.ts';

/** The user name of the account that the server acts as. */
export const ownLogin = 'countersign';

/** The columns that say where a text comes from, in the order of {@link authorValues}. */
export const authorColumns = 'kind, person, agent, sponsor, session_from, session_to, source, trust';

export function authorValues(author: AuthorColumns): (string | null)[] {
  const { kind, person, agent, sponsor, session_from, session_to, source, trust } = author;
  return [kind, person, agent, sponsor, session_from, session_to, source, trust];
}

const nobody = { agent: null, sponsor: null, session_from: null, session_to: null, source: null } as const;

/** Whom a change's write comes from: an agent or a person, in either case through the server's account. */
export function authorOf({ agent, sponsor, session, trust }: Origin, changeId: string): AuthorColumns {
  const { from: session_from = null, to: session_to = null } = session ?? {};
  const kind = agent === null ? 'person' : 'agent';
  return { kind, person: ownLogin, agent, sponsor, session_from, session_to, source: changeId, trust };
}

/** Somebody who wrote it by hand. */
export function byPerson(login: string, trust: Trust = 'trusted'): AuthorColumns {
  return { ...nobody, kind: 'person', person: login, trust };
}

/** Taken from elsewhere by an operator. @param source the path or address */
export function imported(source: string, trust: Trust): AuthorColumns {
  return { ...nobody, kind: 'imported', person: null, source, trust };
}

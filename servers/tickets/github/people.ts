import * as z from 'zod';
import type { Person } from '#capabilities/ticket/types.ts';

/** Somebody in an answer of the REST API. */
export const restUser = z.object({ login: z.string(), node_id: z.string(), type: z.string() });

/** The same in GraphQL; {@link actorFields} asks for it. */
export const actor = z.object({ __typename: z.string(), login: z.string(), id: z.string().optional() });
export const actorFields = '__typename login ... on Node { id }';

/** What people are to a repository. Who only ever contributed is no member, and of an App GitHub tells nothing. */
const members: ReadonlySet<string> = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

/** @param association as GitHub spells it; undefined where it does not say */
export function personOfRest(user: z.infer<typeof restUser> | null | undefined, association?: string): Person | null {
  if (!user) return null;
  return user.type === 'Bot' ? bot(user.login) : somebody(user.node_id, user.login, association);
}

export function personOfActor(who: z.infer<typeof actor> | null, association?: string): Person | null {
  if (who === null) return null;
  // In GraphQL the login of an App comes without what REST and the pages of GitHub add to it.
  if (who.__typename === 'Bot') return bot(who.login.endsWith('[bot]') ? who.login : `${who.login}[bot]`);
  return somebody(who.id ?? who.login, who.login, association);
}

/** Apps are told by their logins, which are theirs alone: an App learns its own without any repository. */
export const bot = (login: string): Person => ({ id: login, name: login, standing: 'app' });

function somebody(id: string, login: string, association: string | undefined): Person {
  return { id, name: login, standing: association !== undefined && members.has(association) ? 'member' : 'unknown' };
}

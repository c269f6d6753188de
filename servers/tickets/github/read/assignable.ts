import * as z from 'zod';
import type { Person } from '#capabilities/ticket/types.ts';
import type { Session } from '#shared/github/session.ts';
import { personOfActor } from '../people.ts';

const user = z.object({ __typename: z.string(), id: z.string(), login: z.string(), name: z.string().nullable() });

const document = `query ($owner: String!, $name: String!, $who: String!) {
  repository(owner: $owner, name: $name) {
    assignableUsers(query: $who, first: 100) { nodes { __typename id login name } }
  }
}`;
const data = z.object({ repository: z.object({ assignableUsers: z.object({ nodes: z.array(user) }) }) });

/** Somebody to whom issues of a repository can be assigned, by id, login or full name; null for none and for several. */
export async function findAssignable(session: Session, who: string): Promise<Person | null> {
  const login = await loginOf(session, who);
  const answer = await session.query({ document, variables: { who: login ?? who }, data });
  const folded = who.toLowerCase();
  const all = answer.repository.assignableUsers.nodes;
  const exact = all.filter((each) => each.id === who || each.login.toLowerCase() === folded);
  const found = exact.length > 0 ? exact : all.filter(({ name }) => name?.toLowerCase() === folded);
  return found.length === 1 && found[0] ? personOfActor(found[0]) : null;
}

/** The ids of people in GraphQL, in both of the forms that they had. */
const nodeId = /^(?:U_kg[\w-]{4,40}|MDQ6[\w=+/-]{4,60})$/;

const idDocument = 'query ($id: ID!) { node(id: $id) { ... on User { login } } }';
const idData = z.object({ node: z.object({ login: z.string().optional() }).nullable() });

/** The login of somebody whose id that is; null for anything else. */
export async function loginOf(session: Session, id: string): Promise<string | null> {
  if (!nodeId.test(id)) return null;
  const mayMiss = (path: string): boolean => path === 'node';
  const { node } = await session.query({ document: idDocument, variables: { id }, data: idData, mayMiss });
  return node?.login ?? null;
}

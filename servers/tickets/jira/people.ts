import * as z from 'zod';
import { sameName } from '#capabilities/ticket/keys.ts';
import type { Person, ProjectRef } from '#capabilities/ticket/types.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { AppError } from '#shared/errors.ts';
import { type User, user } from './answers.ts';

const standings: Readonly<Record<string, Person['standing']>> = {
  atlassian: 'member',
  app: 'app',
  customer: 'customer',
};

export function personOf({ accountId, accountType = '', displayName }: User): Person {
  return { id: accountId, name: displayName, standing: standings[accountType] ?? 'unknown' };
}

/** The account of this server, and where it lives: days in a search are days there. */
export type Myself = { readonly person: Person; readonly timeZone: string };

/** Asks once who the account is. A failure is asked again. */
export function readMyself(reads: Reads): () => Promise<Myself> {
  let known: Promise<Myself> | undefined;
  const ask = async (): Promise<Myself> => {
    const found = await reads.get({ path: ['myself'], answer: user });
    if (found === null) throw new AppError('backend_refused', 'Jira does not know the account of this server.');
    return { person: personOf(found), timeZone: found.timeZone ?? 'UTC' };
  };
  return () => {
    known ??= ask().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

/** `5b10ac8d82e05b22cc7d4ef5`, `712020:…`: what no name looks like. */
const isAccountId = (text: string): boolean => /^[0-9a-z:-]{20,128}$/i.test(text) && /\d/.test(text);

const users = z.array(user);

/** Somebody to whom tickets of a project can be assigned: by id, e-mail address or full name, and exactly one. */
export async function findAssignable(reads: Reads, project: ProjectRef, who: string): Promise<Person | null> {
  if (isAccountId(who)) {
    const query = { project: project.id, accountId: who };
    const found = await reads.get({ path: assignable, query, answer: users });
    return only((found ?? []).filter(({ accountId }) => accountId === who));
  }
  const query = { project: project.id, query: who, maxResults: '100' };
  const found = (await reads.get({ path: assignable, query, answer: users })) ?? [];
  const byMail = found.filter(({ emailAddress = '' }) => sameName(emailAddress, who));
  return only(byMail.length > 0 ? byMail : found.filter(({ displayName }) => sameName(displayName, who)));
}

const assignable = ['user', 'assignable', 'search'];

function only(found: readonly User[]): Person | null {
  const [first, ...others] = found;
  return first === undefined || others.length > 0 ? null : personOf(first);
}

/** The ids of those with this name or address; Jira finds them by the beginnings of words. */
export async function accountsNamed(reads: Reads, who: string): Promise<readonly string[]> {
  if (isAccountId(who)) return [who];
  const query = { query: who, maxResults: '100' };
  const found = (await reads.get({ path: ['user', 'search'], query, answer: users })) ?? [];
  const named = found.filter(({ displayName, emailAddress = '' }) =>
    [displayName, emailAddress].some((name) => sameName(name, who)),
  );
  return named.map(({ accountId }) => accountId).filter(isAccountId);
}

import * as z from 'zod';
import type { Person } from '#capabilities/knowledge/types.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { AppError } from '#shared/errors.ts';
import { remembered } from '#shared/http/remembered.ts';
import { some, type User, user } from './answers.ts';
import { v1, v2 } from './product.ts';

const standings: Readonly<Record<string, Person['standing']>> = { atlassian: 'member', app: 'app', customer: 'guest' };

function personOf({ accountId, accountType, displayName, publicName, isExternalCollaborator }: User): Person {
  const standing = isExternalCollaborator === true ? 'guest' : (standings[accountType ?? ''] ?? 'unknown');
  return { id: accountId, name: displayName ?? publicName ?? '', standing };
}

/** For how long what is known of somebody counts, in milliseconds. */
const maxAgeMs = 60_000;

export type People = {
  /** The account of this server. */
  readonly self: () => Promise<Person>;
  /** Those with these ids; somebody of whom nothing is told is a stranger. */
  readonly known: (
    ids: readonly (string | null | undefined)[],
  ) => Promise<(id: string | null | undefined) => Person | null>;
};

/** As many are asked for at once as Confluence takes. */
const mostAtOnce = 250;

export function confluencePeople({ reads, now }: { readonly reads: Reads; readonly now: () => number }): People {
  const self = remembered({ ask: () => readSelf(reads), maxAgeMs: 10 * maxAgeMs, now });
  const kept = new Map<string, { readonly at: number; readonly person: Person }>();
  const fresh = (id: string): boolean => now() - (kept.get(id)?.at ?? Number.NEGATIVE_INFINITY) < maxAgeMs;
  return {
    self: () => self(''),
    known: async (ids) => {
      const wanted = [...new Set(ids)].filter((id) => id !== null && id !== undefined).filter((id) => !fresh(id));
      for (let at = 0; at < wanted.length; at += mostAtOnce) {
        for (const person of await readUsers(reads, wanted.slice(at, at + mostAtOnce))) {
          kept.set(person.id, { at: now(), person });
        }
      }
      const found = new Map(ids.flatMap((id) => (id ? [[id, kept.get(id)?.person ?? stranger(id)] as const] : [])));
      for (const [id] of kept) if (!fresh(id)) kept.delete(id);
      return (id) => (id ? (found.get(id) ?? stranger(id)) : null);
    },
  };
}

const stranger = (id: string): Person => ({ id, name: '', standing: 'unknown' });

async function readUsers(reads: Reads, accountIds: readonly string[]): Promise<readonly Person[]> {
  const found = await reads.query({ path: [...v2, 'users-bulk'], body: { accountIds }, answer: some(user) });
  return (found?.results ?? []).map(personOf);
}

const current = z.object({ ...user.shape, isGuest: z.boolean().nullish() });

async function readSelf(reads: Reads): Promise<Person> {
  const found = await reads.get({ path: [...v1, 'user', 'current'], answer: current });
  if (found === null) throw new AppError('backend_refused', 'Confluence does not know the account of this server.');
  return personOf({ ...found, isExternalCollaborator: found.isGuest ?? found.isExternalCollaborator });
}

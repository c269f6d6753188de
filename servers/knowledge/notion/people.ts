import type { Person, Provenance } from '#capabilities/knowledge/types.ts';
import { remembered } from '#shared/http/remembered.ts';
import type { User } from './answers.ts';
import type { Reads } from './api.ts';
import { readError } from './errors.ts';
import { failureOf } from './failure.ts';

/** For how long what is known of everybody counts, and how soon they are asked for again for somebody new. Milliseconds. */
const maxAgeMs = 10 * 60_000;
const newcomerMs = 60_000;

export type People = {
  /** The account of this server. */
  readonly self: () => Promise<Person>;
  /** Whether an account is a member's: their id, or their e-mail address where Notion tells that. */
  readonly isMember: (account: string) => Promise<boolean>;
  /** Somebody by an id; of whom nothing is told is a stranger. */
  readonly known: (ids: readonly (string | undefined)[]) => Promise<(id: string | undefined) => Person | null>;
};

/** Somebody with their e-mail address, which is told nowhere. */
type Known = Person & { readonly email: string | null };

/** More than a workspace is asked for, in hundreds. */
const mostPages = 50;

/** Notion lists the members of a workspace and its integrations; guests it does not. */
export function notionPeople({ reads, now }: { readonly reads: Reads; readonly now: () => number }): People {
  const self = remembered({ ask: () => readSelf(reads), maxAgeMs, now });
  const listed = remembered({ ask: () => readUsers(reads), maxAgeMs, now });
  const again = remembered({ ask: () => readUsers(reads), maxAgeMs: newcomerMs, now });
  return {
    self: () => self(''),
    isMember: async (account) => {
      const named = account.toLowerCase();
      return [...(await listed('')).values()].some(
        ({ id, standing, email }) => standing === 'member' && (id === named || email === named),
      );
    },
    known: async (ids) => {
      const wanted = ids.filter((id) => id !== undefined);
      const first = wanted.length === 0 ? new Map<string, Known>() : await listed('');
      const everybody = wanted.every((id) => first.has(id)) ? first : await again('');
      const personOr = (id: string): Person => {
        const { name, standing } = everybody.get(id) ?? first.get(id) ?? stranger(id);
        return { id, name, standing };
      };
      return (id) => (id === undefined ? null : personOr(id));
    },
  };
}

const stranger = (id: string): Person => ({ id, name: '', standing: 'unknown' });

const personOf = ({ id, name, type }: User): Person => {
  const standing = type === 'bot' ? 'app' : 'member';
  return { id, name: name ?? '', standing: type === 'bot' || type === 'person' ? standing : 'unknown' };
};

async function readSelf(reads: Reads): Promise<Person> {
  const found = await reads.self().catch((error: unknown) => {
    throw readError(error);
  });
  return { ...personOf(found), standing: 'app' };
}

/** Nobody where the integration may not know who there is. */
async function readUsers(reads: Reads): Promise<ReadonlyMap<string, Known>> {
  const all = new Map<string, Known>();
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const found: Awaited<ReturnType<Reads['users']>> | null = await reads.users(cursor).catch((error: unknown) => {
      const failure = failureOf(error);
      if (failure.kind === 'status' && failure.status === 403) return null;
      throw readError(error);
    });
    for (const user of found?.results ?? []) {
      all.set(user.id, { ...personOf(user), email: user.person?.email?.toLowerCase() ?? null });
    }
    cursor = found?.next_cursor ?? null;
    if (cursor === null) break;
  }
  return all;
}

/**
 * Where a text comes from, as far as Notion tells. Somebody who is no member is a guest or was removed: their words count
 * as a stranger's. What an agent wrote is known to the ledger, not here.
 */
export function provenanceOf(by: Person | null): Provenance {
  const trust = by?.standing === 'member' || by?.standing === 'app' ? 'trusted' : 'untrusted';
  const unsaid = { agent: null, sponsor: null, session: null, source: null };
  return { kind: 'person', by, ...unsaid, trust, quarantined: false };
}

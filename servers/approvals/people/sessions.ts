import { randomBytes } from 'node:crypto';
import type { Approver } from '#shared/changes/decision.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import { sameSecret } from '#shared/crypto/equal.ts';

/** Without anything that a person did, a session ends after this; in any case after that. Milliseconds. */
const idleMs = 30 * 60_000;
const absoluteMs = 8 * 3_600_000;
const most = 1_000;

type Session = { readonly approver: Approver; readonly keyHash: string; readonly began: number; used: number };

/**
 * Who is signed in. A browser sends the cookie of a host to all of its ports, whoever listens there; so a session also
 * has a key, which the console's pages keep in the storage of their own origin and send as a header.
 */
export type SessionStore = {
  readonly start: (approver: Approver) => { readonly cookie: string; readonly key: string };
  /** Whether there is such a session. Says nothing of who asks: only good enough to choose a page. */
  readonly exists: (cookie: string) => boolean;
  /** The person whose session this is; undefined without the right key. `active` is false for a page's own polling. */
  readonly find: (session: { cookie: string; key: string; active: boolean }) => Approver | undefined;
  readonly end: (cookie: string) => void;
};

export function sessionStore({ now }: { readonly now: () => Date }): SessionStore {
  const sessions = new Map<string, Session>();
  const live = (cookie: string): Session | undefined => {
    const id = sha256(cookie);
    const session = sessions.get(id);
    const at = now().getTime();
    if (session && at - session.used < idleMs && at - session.began < absoluteMs) return session;
    sessions.delete(id);
    return undefined;
  };
  return {
    start: (approver) => {
      const [cookie, key] = [newSecret(), newSecret()];
      const at = now().getTime();
      const [oldest] = sessions.keys();
      if (sessions.size >= most && oldest !== undefined) sessions.delete(oldest);
      sessions.set(sha256(cookie), { approver, keyHash: sha256(key), began: at, used: at });
      return { cookie, key };
    },
    exists: (cookie) => live(cookie) !== undefined,
    find: ({ cookie, key, active }) => {
      const session = live(cookie);
      if (!session || !sameSecret(session.keyHash, sha256(key))) return undefined;
      if (active) session.used = now().getTime();
      return session.approver;
    },
    end: (cookie) => void sessions.delete(sha256(cookie)),
  };
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

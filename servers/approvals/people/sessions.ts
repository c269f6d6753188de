import { randomBytes } from 'node:crypto';
import type { Approver } from '#shared/changes/decision.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import { sameSecret } from '#shared/crypto/equal.ts';
import type { Principal } from './principal.ts';

const most = 1_000;

type Session = { readonly principal: Principal; readonly keyHash: string; readonly began: number; used: number };

/**
 * Who is signed in. A browser sends the cookie of a host to all of its ports, whoever listens there; so a session also
 * has a key, which the console's pages keep in the storage of their own origin and send as a header. Sessions live in
 * memory, as hashes, and end with the server.
 */
export type SessionStore = {
  /** Always a new session; the one whose cookie the browser had until now ends. */
  readonly start: (principal: Principal, before?: string) => { readonly cookie: string; readonly key: string };
  /** Whether there is such a session. Says nothing of who asks: only good enough to choose a page. */
  readonly exists: (cookie: string) => boolean;
  /** The person whose session this is; undefined without the right key. `active` is false for a page's own polling. */
  readonly find: (session: { cookie: string; key: string; active: boolean }) => Principal | undefined;
  readonly end: (cookie: string) => void;
  /** Ends every session of a person. */
  readonly endAll: (approver: Approver) => void;
};

export function sessionStore(options: {
  readonly now: () => Date;
  /** Without anything that a person did, a session ends after this; in any case after `lifeMs`. Milliseconds. */
  readonly idleMs: number;
  readonly lifeMs: number;
}): SessionStore {
  const { now, idleMs, lifeMs } = options;
  const sessions = new Map<string, Session>();
  const live = (cookie: string): Session | undefined => {
    const id = sha256(cookie);
    const session = sessions.get(id);
    const at = now().getTime();
    if (session && at - session.used < idleMs && at - session.began < lifeMs) return session;
    sessions.delete(id);
    return undefined;
  };
  return {
    start: (principal, before) => {
      if (before !== undefined) sessions.delete(sha256(before));
      const [cookie, key] = [newSecret(), newSecret()];
      const at = now().getTime();
      const [oldest] = sessions.keys();
      if (sessions.size >= most && oldest !== undefined) sessions.delete(oldest);
      sessions.set(sha256(cookie), { principal, keyHash: sha256(key), began: at, used: at });
      return { cookie, key };
    },
    exists: (cookie) => live(cookie) !== undefined,
    find: ({ cookie, key, active }) => {
      const session = live(cookie);
      if (!session || !sameSecret(session.keyHash, sha256(key))) return undefined;
      if (active) session.used = now().getTime();
      return session.principal;
    },
    end: (cookie) => void sessions.delete(sha256(cookie)),
    endAll: ({ issuer, subject }) => {
      for (const [id, { principal }] of sessions) {
        if (principal.approver.issuer === issuer && principal.approver.subject === subject) sessions.delete(id);
      }
    },
  };
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

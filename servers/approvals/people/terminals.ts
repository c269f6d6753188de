import { randomBytes, randomInt } from 'node:crypto';
import type { Approver } from '#shared/changes/decision.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { Principal } from './principal.ts';

/** How long somebody may take to confirm a terminal, in milliseconds. */
const askMs = 5 * 60_000;
/** How many may wait at once, and how many may be signed in: the oldest goes when there are more. */
const most = { waiting: 100, sessions: 1_000 };
/** The longest that a terminal stays signed in, however long browsers do. Milliseconds. */
const longestMs = 8 * 3_600_000;
/** Without vowels and what looks alike, so that a code is no word and can be compared at a glance (RFC 8628, 6.1). */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';

/** A terminal that wants to be signed in, as whoever confirms it is shown it. `host` is its own word. */
export type TerminalAsk = {
  readonly id: string;
  readonly code: string;
  readonly host: string;
  readonly address: string;
  readonly at: Date;
  readonly expires: Date;
};

export type TerminalStatus = 'waiting' | 'confirmed' | 'refused' | 'unknown';

/**
 * Terminals that are signed in, or want to be. A terminal makes its secret itself and shows it to nobody but this
 * server; confirmed by a person in a browser, it is what it signs in with. All of it is in memory, secrets as hashes,
 * and ends with the server.
 */
export type Terminals = {
  readonly begin: (from: { readonly secret: string; readonly host: string; readonly address: string }) => TerminalAsk;
  /** Throws AppError `not_found` for what is over, was answered, or never was. */
  readonly ask: (id: string) => TerminalAsk;
  /** Signs a terminal in, or refuses it; once. Throws as `ask` does. */
  readonly answer: (id: string, as: Principal | 'refused') => TerminalAsk;
  readonly status: (secret: string) => TerminalStatus;
  /** Who is signed in with a secret. */
  readonly find: (secret: string) => Principal | undefined;
  readonly end: (secret: string) => void;
  /** Signs out every terminal of a person. */
  readonly endAll: (approver: Approver) => void;
};

type Waiting = { readonly ask: TerminalAsk; readonly hash: string; isRefused: boolean };
type Session = { readonly principal: Principal; readonly began: number; used: number };

export function terminals(options: {
  readonly now: () => Date;
  readonly idleMs: number;
  readonly lifeMs: number;
}): Terminals {
  const { now, idleMs } = options;
  const lifeMs = Math.min(options.lifeMs, longestMs);
  const waiting = new Map<string, Waiting>();
  const sessions = new Map<string, Session>();

  const isOpen = (one: Waiting | undefined): one is Waiting =>
    one !== undefined && !one.isRefused && one.ask.expires > now();
  const open = (id: string): Waiting => {
    const one = waiting.get(id);
    if (isOpen(one)) return one;
    throw new AppError('not_found', 'No terminal asks for this any more.', {
      next: 'Type "countersign sign-in" in it again.',
    });
  };
  const live = (hash: string): Session | undefined => {
    const session = sessions.get(hash);
    const at = now().getTime();
    if (session && at - session.used < idleMs && at - session.began < lifeMs) return session;
    sessions.delete(hash);
    return undefined;
  };

  return {
    begin: ({ secret, host, address }) => {
      const at = now();
      for (const [id, { ask }] of waiting) if (ask.expires <= at) waiting.delete(id);
      const id = randomBytes(16).toString('base64url');
      const ask = { id, code: newCode(), host, address, at, expires: new Date(at.getTime() + askMs) };
      keep(waiting, id, { ask, hash: sha256(secret), isRefused: false }, most.waiting);
      return ask;
    },
    ask: (id) => open(id).ask,
    answer: (id, as) => {
      const one = open(id);
      if (as === 'refused') one.isRefused = true;
      else {
        waiting.delete(id);
        const at = now().getTime();
        keep(sessions, one.hash, { principal: as, began: at, used: at }, most.sessions);
      }
      return one.ask;
    },
    status: (secret) => {
      const hash = sha256(secret);
      if (live(hash)) return 'confirmed';
      const one = [...waiting.values()].find((each) => each.hash === hash);
      if (one?.isRefused) return 'refused';
      return isOpen(one) ? 'waiting' : 'unknown';
    },
    find: (secret) => {
      const session = live(sha256(secret));
      if (session) session.used = now().getTime();
      return session?.principal;
    },
    end: (secret) => void sessions.delete(sha256(secret)),
    endAll: ({ issuer, subject }) => {
      for (const [hash, { principal }] of sessions) {
        if (principal.approver.issuer === issuer && principal.approver.subject === subject) sessions.delete(hash);
      }
    },
  };
}

function keep<T>(all: Map<string, T>, key: string, value: T, limit: number): void {
  const [oldest] = all.keys();
  if (all.size >= limit && oldest !== undefined) all.delete(oldest);
  all.set(key, value);
}

function newCode(): string {
  const four = () => Array.from({ length: 4 }, () => letters.charAt(randomInt(letters.length))).join('');
  return `${four()}-${four()}`;
}

import { randomBytes } from 'node:crypto';
import { sha256 } from '#shared/crypto/canonical.ts';
import { sameSecret } from '#shared/crypto/equal.ts';
import type { Checks } from './oidc.ts';
import { SignInRefused } from './refusal.ts';

/** How long somebody may take at the provider, in milliseconds. */
const lifeMs = 10 * 60_000;
/** How many may be there at once; the oldest goes when there are more. */
const most = 1_000;

/**
 * Sign-ins that were begun. The page that began one gets a ticket, which it keeps in the storage of its own origin: an
 * answer of the provider counts only together with it, so nobody can be signed in as somebody else by a link, and what is
 * in an address or a cookie is not enough.
 */
export type Flows = {
  /** Remembers a sign-in; answers its ticket. */
  readonly begin: (checks: Checks) => string;
  /** What was remembered, once. Throws `SignInRefused`. */
  readonly take: (asked: { readonly state: string; readonly ticket: string }) => Checks;
};

type Flow = { readonly checks: Checks; readonly ticketHash: string; readonly expires: number; used: boolean };

export function signInFlows({ now }: { readonly now: () => Date }): Flows {
  const open = new Map<string, Flow>();
  return {
    begin: (checks) => {
      const at = now().getTime();
      // A while longer, so that whoever comes back late or again is told so.
      for (const [state, { expires }] of open) if (expires + lifeMs <= at) open.delete(state);
      const [oldest] = open.keys();
      if (open.size >= most && oldest !== undefined) open.delete(oldest);
      const ticket = randomBytes(32).toString('base64url');
      open.set(checks.state, { checks, ticketHash: sha256(ticket), expires: at + lifeMs, used: false });
      return ticket;
    },
    take: ({ state, ticket }) => {
      const flow = open.get(state);
      if (!flow || !sameSecret(flow.ticketHash, sha256(ticket))) throw new SignInRefused('unknown_state');
      if (flow.used) throw new SignInRefused('used_before');
      flow.used = true;
      if (flow.expires <= now().getTime()) throw new SignInRefused('too_late');
      return flow.checks;
    },
  };
}

import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import { Secret } from '#shared/http/secret.ts';
import type { Credential } from './credential.ts';
import { failureOf, Refused } from './failure.ts';

/** A token as it was given, and for how long. */
export type Token = {
  /** What stands in `authorization`. */
  readonly authorization: Secret;
  /** Milliseconds since 1970; null where it does not end by itself. */
  readonly issuedAt: number | null;
  readonly expiresAt: number | null;
  /** What it may do; null where Linear does not say. */
  readonly scopes: readonly string[] | null;
};

export type Tokens = {
  /** The token of now: the one at hand, or a new one where its end is near. */
  readonly get: () => Promise<Token>;
  /** Another one in place of one that Linear no longer takes; null where there is none to be had. */
  readonly insteadOf: (old: Token) => Promise<Token | null>;
  /** Forgets the token at hand. */
  readonly forget: () => void;
};

/** A token is given up so long before its end that no request outlives it. */
const beforeEndMs = 5 * 60_000;

const answer = z.object({
  // What no header can carry would be quoted by the error that says so.
  access_token: z.string().regex(/^[\x21-\x7e]{1,4000}$/),
  expires_in: z.number().positive(),
  /** With commas or spaces between them. */
  scope: z.union([z.string(), z.array(z.string()).transform((list) => list.join(' '))]).optional(),
});

type TokenOptions = {
  readonly origin: string;
  readonly credential: Credential;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
};

/** Tokens are in this process's memory alone. Whoever needs one while one is asked for shares the answer. */
export function linearTokens(options: TokenOptions): Tokens {
  const { credential, now } = options;
  if (credential.kind === 'key') return fixedToken(credential.key);
  let asked: Promise<Token> | undefined;
  let held: Token | undefined;
  const ask = (): Promise<Token> => {
    asked ??= askForToken({ ...options, credential })
      .then((token) => {
        held = token;
        return token;
      })
      .finally(() => {
        asked = undefined;
      });
    return asked;
  };
  const isFresh = ({ expiresAt }: Token): boolean => expiresAt === null || expiresAt - beforeEndMs > now();
  return {
    get: async () => (held !== undefined && isFresh(held) ? held : ask()),
    insteadOf: async (old) => (held !== undefined && held !== old && isFresh(held) ? held : ask()),
    forget: () => {
      held = undefined;
    },
  };
}

function fixedToken(key: Secret): Tokens {
  const token: Token = { authorization: key, issuedAt: null, expiresAt: null, scopes: null };
  return { get: async () => token, insteadOf: async () => null, forget: () => {} };
}

async function askForToken({
  origin,
  credential,
  fetch,
  now,
}: TokenOptions & { readonly credential: Credential & { readonly kind: 'app' } }): Promise<Token> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credential.clientId,
    client_secret: credential.secret.reveal(),
    scope: credential.scopes.join(','),
  });
  const issuedAt = now();
  const response = await fetch(`${origin}/oauth/token`, { method: 'POST', body: form }).catch((error: unknown) => {
    throw noToken(error);
  });
  const parsed = answer.safeParse(await response.json().catch(() => null));
  if (!response.ok || !parsed.success) throw noToken(new Refused(response.status, [], undefined));
  const { access_token, expires_in, scope } = parsed.data;
  return {
    authorization: new Secret(`Bearer ${access_token}`),
    issuedAt,
    expiresAt: issuedAt + expires_in * 1000,
    scopes: scope === undefined ? null : scope.split(/[ ,]+/).filter((name) => name !== ''),
  };
}

/** What the token endpoint answers may quote what it was sent: nothing of it is kept. */
function noToken(error: unknown): AppError {
  const { kind, said } = failureOf(error);
  const refused = ['unauthenticated', 'forbidden', 'invalid'].includes(kind);
  if (!refused) {
    const message = 'Linear gives this server no token now.';
    return new AppError('backend_unavailable', message, { next: 'Try again later.', cause: said });
  }
  return new AppError('backend_refused', 'Linear does not take the client credentials of this server.', {
    next: 'Ask the operator to run countersign doctor tickets.',
    cause: said,
  });
}

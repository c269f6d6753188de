import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import { Secret } from '#shared/http/secret.ts';
import type { Credential } from './credential.ts';
import { failureOf, Refused } from './failure.ts';
import type { Power, Product } from './product.ts';

/** What stands in `authorization`, and for how long it was given. */
export type Token = {
  readonly scheme: 'bearer' | 'basic';
  readonly secret: Secret;
  /** Milliseconds since 1970; null where it does not end by itself. */
  readonly issuedAt: number | null;
  readonly expiresAt: number | null;
  /** What it may do; null where nobody says. */
  readonly scopes: readonly string[] | null;
};

/** Tokens of each power. They are in this process's memory alone. */
export type Tokens = {
  /** The token of now: the one at hand, or a new one where its end is near. */
  readonly get: (power: Power) => Promise<Token>;
  /** Another one in place of one that is no longer taken; null where there is none to be had. */
  readonly insteadOf: (power: Power, old: Token) => Promise<Token | null>;
  readonly forget: () => void;
};

/** A token is given up so long before its end that no request outlives it. */
const beforeEndMs = 5 * 60_000;

const answer = z.object({
  // What no header can carry would be quoted by the error that says so.
  access_token: z.string().regex(/^[\x21-\x7e]{1,8000}$/),
  expires_in: z.number().positive().max(31_536_000),
  scope: z.string().optional(),
});

type TokenOptions = {
  readonly product: Pick<Product, 'scopes' | 'server'>;
  /** The address that gives tokens. */
  readonly url: string;
  readonly credential: Credential;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
};

/** Whoever needs a token while one of the same power is asked for shares the answer. */
export function atlassianTokens(options: TokenOptions): Tokens {
  const { credential, now } = options;
  if (credential.kind === 'token') return fixedToken(credential);
  const asked = new Map<Power, Promise<Token>>();
  const held = new Map<Power, Token>();
  const ask = (power: Power): Promise<Token> => {
    const asking = asked.get(power);
    if (asking !== undefined) return asking;
    const token = askForToken({ ...options, credential, power });
    asked.set(power, token);
    const done = (): boolean => asked.delete(power);
    token
      .then(
        (given) => held.set(power, given),
        () => {},
      )
      .finally(done);
    return token;
  };
  const fresh = (token: Token | undefined): token is Token =>
    token !== undefined && (token.expiresAt ?? Number.POSITIVE_INFINITY) - beforeEndMs > now();
  return {
    get: async (power) => {
      const token = held.get(power);
      return fresh(token) ? token : ask(power);
    },
    insteadOf: async (power, old) => {
      const token = held.get(power);
      return fresh(token) && token !== old ? token : ask(power);
    },
    forget: () => held.clear(),
  };
}

function fixedToken({ email, secret }: Credential & { readonly kind: 'token' }): Tokens {
  const basic = new Secret(Buffer.from(`${email}:${secret.reveal()}`).toString('base64'));
  const token: Token = { scheme: 'basic', secret: basic, issuedAt: null, expiresAt: null, scopes: null };
  return { get: async () => token, insteadOf: async () => null, forget: () => {} };
}

async function askForToken({
  product,
  url,
  credential,
  fetch,
  now,
  power,
}: TokenOptions & {
  readonly credential: Credential & { readonly kind: 'client' };
  readonly power: Power;
}): Promise<Token> {
  const body = JSON.stringify({
    grant_type: 'client_credentials',
    client_id: credential.clientId,
    client_secret: credential.secret.reveal(),
    scope: product.scopes[power].join(' '),
  });
  const issuedAt = now();
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body }).catch((error: unknown) => {
    throw noToken(product, error);
  });
  const parsed = answer.safeParse(await response.json().catch(() => null));
  // What the endpoint says may quote what it was sent: nothing of it is kept.
  if (!response.ok || !parsed.success) throw noToken(product, new Refused(response.status, 'it gave no token'));
  const { access_token: secret, expires_in: seconds, scope } = parsed.data;
  const scopes = scope === undefined ? null : scope.split(' ').filter((name) => name !== '');
  const expiresAt = issuedAt + seconds * 1000;
  return { scheme: 'bearer', secret: new Secret(secret), issuedAt, expiresAt, scopes };
}

function noToken({ server }: TokenOptions['product'], error: unknown): AppError {
  const failure = failureOf(error);
  if (failure.kind !== 'status' || ![400, 401, 403].includes(failure.status)) {
    const message = 'Atlassian gives this server no token now.';
    return new AppError('backend_unavailable', message, { next: 'Try again later.', cause: failure.said });
  }
  return new AppError(
    'backend_refused',
    'Atlassian does not take the client credentials of this server, or gives no token with these scopes.',
    {
      next: `Ask the operator to run countersign doctor ${server}.`,
      cause: failure.said,
    },
  );
}

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { Provider } from 'oidc-provider';
import { memoryAdapter } from './oidc-memory.ts';

/** Somebody whom the provider knows. */
export type Account = { readonly subject: string; readonly name?: string; readonly groups?: readonly string[] };

/** What a test changes about an ID token before the provider sends it: claims to set, and undefined to leave out. */
export type Forgery = (claims: JWTPayload) => {
  readonly claims: JWTPayload;
  /** Leaves the signature of the provider's own key off. */
  readonly unsigned?: boolean;
};

/** A real OpenID provider on loopback, at which one person is always signed in. */
export type IdentityProvider = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who is at the browser. */
  account: Account;
  /** Refuses the next sign-ins, as when a person says no. */
  denies: boolean;
  forge: Forgery | undefined;
  /** Answers nothing well any more, as when it is down. */
  broken: boolean;
  /** Makes its one client known, which comes back to this address. Before, the provider answers nothing. */
  readonly register: (redirectUri: string) => void;
  readonly close: () => Promise<void>;
};

export async function startIdentityProvider(): Promise<IdentityProvider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const state: IdentityProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clientId: 'countersign',
    clientSecret: randomBytes(24).toString('base64url'),
    account: { subject: 'user-1' },
    denies: false,
    forge: undefined,
    broken: false,
    register: (redirectUri) => {
      provider = new Provider(state.issuer, configuration({ state, redirectUri, jwk }));
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  let provider: Provider | undefined;
  server.on('request', (request, response) => {
    if (state.broken || !provider) response.writeHead(503).end('down');
    else if (request.url?.startsWith('/interaction/')) void signIn(provider, state, request, response);
    else {
      if (request.url === '/token') forging(response, state, privateKey);
      provider.callback()(request, response);
    }
  });
  return state;
}

function configuration(of: { state: IdentityProvider; redirectUri: string; jwk: object }): object {
  const { state, redirectUri, jwk } = of;
  return {
    adapter: memoryAdapter(),
    clients: [
      {
        client_id: state.clientId,
        client_secret: state.clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    scopes: ['openid', 'profile', 'groups'],
    claims: { openid: ['sub'], profile: ['name'], groups: ['groups'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, name: state.account.name, groups: state.account.groups }),
    }),
    loadExistingGrant: async (context: {
      oidc: { provider: Provider; session: { accountId: string }; client: { clientId: string } };
    }) => {
      const { provider, session, client } = context.oidc;
      const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope('openid profile groups');
      await grant.save();
      return grant;
    },
  };
}

async function signIn(
  provider: Provider,
  { account, denies }: IdentityProvider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const denial = { error: 'access_denied', error_description: 'a text of the provider' };
  const login = { login: { accountId: account.subject, remember: false } };
  await provider.interactionFinished(request, response, denies ? denial : login);
}

/** Lets a test forge what is in the answer with the ID token, and signs it with the provider's own key. */
function forging(response: ServerResponse, { forge }: IdentityProvider, key: CryptoKey): void {
  if (forge === undefined) return;
  const end = response.end.bind(response);
  response.end = ((body: unknown) => {
    void forged(String(body), forge, key).then((text) => {
      response.removeHeader('content-length');
      end(text);
    });
    return response;
  }) as typeof response.end;
}

async function forged(body: string, forge: Forgery, key: CryptoKey): Promise<string> {
  const answer = JSON.parse(body);
  const { claims, unsigned } = forge(decodeJwt(answer.id_token));
  const signed = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key);
  const [header, payload] = signed.split('.');
  return JSON.stringify({ ...answer, id_token: unsigned ? `${header}.${payload}.${'A'.repeat(342)}` : signed });
}

import * as client from 'openid-client';
import type { Principal } from '../people/principal.ts';
import { principalOf } from './claims.ts';
import { problemOf } from './oidc-problem.ts';
import { SignInRefused } from './refusal.ts';
import type { OidcSettings } from './settings.ts';

/** What has to be kept of a sign-in while the browser is at the provider. All of it is secret. */
export type Checks = { readonly state: string; readonly nonce: string; readonly verifier: string };

/** An OpenID provider. Both throw `SignInRefused`. */
export type OidcProvider = {
  /** How it is called on the sign-in page. */
  readonly label: string;
  /** Where to send the browser, which comes back to `redirectUri`. */
  readonly begin: (redirectUri: string) => Promise<{ readonly location: string; readonly checks: Checks }>;
  /** Who the browser came back as, at `redirectUri` with the parameters that the provider added. */
  readonly finish: (callback: URL, checks: Checks) => Promise<Principal>;
};

/** How far the clocks of the provider and of this server may be apart, in seconds. */
const toleranceSeconds = 10;
/** How long the provider may take to answer, in seconds. */
const patienceSeconds = 10;
/** After this its metadata is read again, in milliseconds. */
const metadataMs = 3_600_000;

/**
 * The provider of an issuer. It is looked up when somebody signs in, so that the server starts, and what is approved is
 * carried out, while the provider is away.
 */
export function oidcProvider(settings: OidcSettings): OidcProvider {
  const discovered = remembered(() => discover(settings), metadataMs);
  return {
    label: new URL(settings.issuer).host,
    begin: async (redirectUri) => {
      const config = await discovered();
      const verifier = client.randomPKCECodeVerifier();
      const checks = { state: client.randomState(), nonce: client.randomNonce(), verifier };
      const location = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: settings.scopes,
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { location: location.href, checks };
    },
    finish: async (callback, checks) => {
      const config = await discovered();
      const tokens = await refusing(() =>
        client.authorizationCodeGrant(config, callback, {
          expectedState: checks.state,
          expectedNonce: checks.nonce,
          pkceCodeVerifier: checks.verifier,
          idTokenExpected: true,
        }),
      );
      const claims = tokens.claims();
      if (claims === undefined) throw new SignInRefused('missing_claims');
      if (claims.iat > Date.now() / 1000 + toleranceSeconds) throw new SignInRefused('clock_skew');
      const { groupsClaim, issuer } = settings;
      const more =
        groupsClaim in claims || config.serverMetadata().userinfo_endpoint === undefined
          ? {}
          : await refusing(() => client.fetchUserInfo(config, tokens.access_token, claims.sub));
      return principalOf({ claims: { ...more, ...claims }, issuer, how: 'oidc', groupsClaim });
    },
  };
}

/** Its issuer must be spelt exactly as configured, and is what tokens are compared with. */
function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
  const secret = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);
  const isLocal = new URL(issuer).protocol === 'http:';
  return refusing(async () => {
    const config = await client.discovery(
      new URL(issuer),
      clientId,
      { [client.clockTolerance]: toleranceSeconds },
      secret,
      { timeout: patienceSeconds, execute: isLocal ? [client.allowInsecureRequests] : [] },
    );
    // The connection to the provider would do by the specification; its signature is looked at as well.
    client.enableNonRepudiationChecks(config);
    if (config.serverMetadata().issuer !== issuer) throw new SignInRefused('wrong_issuer');
    return config;
  });
}

async function refusing<T>(what: () => Promise<T>): Promise<T> {
  try {
    return await what();
  } catch (error) {
    throw error instanceof SignInRefused ? error : new SignInRefused(problemOf(error), error);
  }
}

/** What was found out, for a while; a failure is tried again the next time. */
function remembered<T>(find: () => Promise<T>, lifeMs: number): () => Promise<T> {
  let kept: { readonly value: Promise<T>; readonly until: number } | undefined;
  return () => {
    if (kept !== undefined && kept.until > performance.now()) return kept.value;
    const value = find();
    const mine = { value, until: performance.now() + lifeMs };
    kept = mine;
    value.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return value;
  };
}

import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Principal } from '../people/principal.ts';
import { principalOf } from './claims.ts';
import { type KeyTiming, keyTiming, proxyKeys } from './proxy-keys.ts';
import type { ProxyKind, ProxySettings } from './proxy-settings.ts';
import { type SignInProblem, SignInRefused } from './refusal.ts';

/** What each proxy signs, where it puts it, and nothing else that a token could claim for itself. */
const kinds: Readonly<Record<ProxyKind, { readonly header: string; readonly algorithm: string }>> = {
  // https://cloud.google.com/iap/docs/signed-headers-howto
  iap: { header: 'x-goog-iap-jwt-assertion', algorithm: 'ES256' },
  // https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/validating-json/
  'cloudflare-access': { header: 'cf-access-jwt-assertion', algorithm: 'RS256' },
};

/** How far the clocks of the proxy and of this server may be apart, in seconds. Google asks for 30. */
const toleranceSeconds = 30;

/** Says who a request is from, by the header that the proxy signed. Throws `SignInRefused`. */
export type ProxyReader = (header: (name: string) => string | undefined) => Promise<Principal>;

export function proxyReader(settings: ProxySettings, timing: KeyTiming = keyTiming): ProxyReader {
  const { how, issuer, audience, groupsClaim } = settings;
  const { header: name, algorithm } = kinds[how];
  const keys = proxyKeys(settings.keys, timing);
  return async (header) => {
    const assertion = header(name);
    if (assertion === undefined || assertion === '') throw new SignInRefused('no_assertion');
    const claims = await verified(() =>
      jwtVerify(assertion, keys, {
        algorithms: [algorithm],
        issuer,
        audience,
        clockTolerance: toleranceSeconds,
        requiredClaims: ['exp', 'iat', 'iss', 'aud', 'sub'],
      }),
    );
    if (Number(claims.iat) > Date.now() / 1000 + toleranceSeconds) throw new SignInRefused('clock_skew');
    return principalOf({ claims, issuer, how, groupsClaim });
  };
}

async function verified(verify: () => Promise<{ payload: JWTPayload }>): Promise<JWTPayload> {
  try {
    return (await verify()).payload;
  } catch (error) {
    throw new SignInRefused(problemOf(error), error);
  }
}

function problemOf(error: unknown): SignInProblem {
  if (error instanceof errors.JWTExpired) return 'clock_skew';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return 'missing_claims';
    if (error.claim === 'iss') return 'wrong_issuer';
    if (error.claim === 'aud') return 'wrong_audience';
    return error.claim === 'nbf' ? 'clock_skew' : 'invalid_token';
  }
  const ofToken =
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys;
  return ofToken ? 'invalid_token' : 'provider_unavailable';
}

import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import type { SignInProblem } from './refusal.ts';

const byName: Readonly<Record<string, SignInProblem>> = {
  iss: 'wrong_issuer',
  issuer: 'wrong_issuer',
  aud: 'wrong_audience',
  azp: 'wrong_audience',
  nonce: 'wrong_nonce',
};

/** What went wrong at the provider. Nothing else of the error goes on: it may hold codes and tokens. */
export function problemOf(error: unknown): SignInProblem {
  if (error instanceof AuthorizationResponseError) return 'provider_refused';
  if (error instanceof ResponseBodyError)
    return error.status >= 500 ? 'provider_unavailable' : refusedBody(error.error);
  if (error instanceof ClientError) return ofClient(error);
  return 'provider_unavailable';
}

/** RFC 6749, 5.2: only `invalid_grant` is about the code; the others are about how this server is registered. */
function refusedBody(code: string): SignInProblem {
  return code === 'invalid_grant' ? 'code_refused' : 'provider_refused';
}

function ofClient({ code, cause }: ClientError): SignInProblem {
  const about = detailsOf(cause);
  switch (code) {
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return 'clock_skew';
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      return byName[String(about['claim'] ?? about['attribute'])] ?? 'invalid_token';
    case 'OAUTH_INVALID_RESPONSE':
      // Of the parameters of the answer, state was compared before: what is left is the issuer (RFC 9207).
      if ('parameters' in about) return 'wrong_issuer';
      return 'claims' in about || 'body' in about ? 'missing_claims' : 'invalid_token';
    case 'OAUTH_KEY_SELECTION_FAILED':
    case 'OAUTH_UNSUPPORTED_OPERATION':
      return 'invalid_token';
    default:
      return 'provider_unavailable';
  }
}

function detailsOf(error: unknown): Readonly<Record<string, unknown>> {
  const about = error instanceof Error ? error.cause : error;
  return typeof about === 'object' && about !== null ? { ...about } : {};
}

import type { AppSigner } from './app-signer.ts';

/** GitHub takes no JWT for longer than ten minutes, and its clock may be a little behind ours. Seconds. */
const life = 600;
const margin = 30;

/**
 * What Octokit's strategy for Apps calls for each request: a JWT by the clock that GitHub has shown, `timeDifference`
 * seconds from ours. The key stays with its signer.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function appJwts(sign: AppSigner) {
  return async (
    appId: string | number,
    timeDifference = 0,
  ): Promise<{ readonly jwt: string; readonly expiresAt: string }> => {
    const iat = Math.floor(Date.now() / 1000) + timeDifference - margin;
    const exp = iat + life;
    const parts = [
      { alg: 'RS256', typ: 'JWT' },
      { iat, exp, iss: appId },
    ];
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return { jwt: `${text}.${await sign(text)}`, expiresAt: new Date(exp * 1000).toISOString() };
  };
}

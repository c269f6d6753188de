import type { AppSigner } from './app-signer.ts';
import { Secret } from './secret.ts';

/** GitHub takes no JWT for longer than ten minutes, and its clock may be a little behind ours. Seconds. */
const life = 600;
const margin = 30;

type Options = {
  readonly appId: number;
  readonly sign: AppSigner;
  /** A `fetch` that carries a credential. */
  readonly fetchWith: (credential: Secret) => typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/**
 * A `fetch` of what the App asks by itself: each request is signed anew. GitHub refuses what seems to be made at another
 * time than its own: then it is signed by the clock of that answer and sent once more, as nothing was done.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function appRequests({ appId, sign, fetchWith, now }: Options): typeof globalThis.fetch {
  const signed = async (at: number): Promise<Secret> => {
    const iat = Math.floor(at / 1000) - margin;
    const text = [
      { alg: 'RS256', typ: 'JWT' },
      { iat, exp: iat + life, iss: appId },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return new Secret(`${text}.${await sign(text)}`);
  };
  return async (input, init) => {
    const response = await fetchWith(await signed(now()))(input, init);
    const theirs = response.status === 401 ? Date.parse(response.headers.get('date') ?? '') : Number.NaN;
    if (!(Math.abs(theirs - now()) > margin * 1000)) return response;
    return fetchWith(await signed(theirs))(input, init);
  };
}

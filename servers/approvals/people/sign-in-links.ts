import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a link can be used, in milliseconds. */
const lifeMs = 10 * 60_000;
/** How many links can be open at once; the oldest goes when there are more. */
const most = 20;

/** A link that signs one person in, once. */
export type SignInLink = { readonly url: string; readonly expires_at: string };

/** The links that were made and not used. They live in memory, as hashes, so nobody can read one anywhere. */
export type SignInLinks = {
  /** A new link to the console at a base address. */
  readonly make: (consoleUrl: string) => SignInLink;
  /** Uses a link up. False when it was used, has expired or never was one. */
  readonly redeem: (token: string) => boolean;
};

export function signInLinks({ now }: { readonly now: () => Date }): SignInLinks {
  let open: { readonly hash: Buffer; readonly expires: number }[] = [];
  return {
    make: (consoleUrl) => {
      const token = randomBytes(32).toString('base64url');
      const expires = now().getTime() + lifeMs;
      open = [...open, { hash: hashOf(token), expires }].slice(-most);
      return { url: `${consoleUrl}/sign-in/${token}`, expires_at: new Date(expires).toISOString() };
    },
    redeem: (token) => {
      const at = now().getTime();
      const hash = hashOf(token);
      const valid = open.filter((link) => link.expires > at);
      const found = valid.filter((link) => timingSafeEqual(link.hash, hash));
      open = valid.filter((link) => !found.includes(link));
      return found.length > 0;
    },
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

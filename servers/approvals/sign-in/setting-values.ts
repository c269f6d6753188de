import * as z from 'zod';
import { readSecretFile } from '#shared/config/secret-file.ts';

const loopback = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/;
/** Text that has to be there. */
export const wanted = (what: string) => z.string(`is needed: ${what}`).min(1, `is needed: ${what}`);
/** Nothing: what is said here belongs to another way of signing in. */
export const onlyFor = (what: string) => z.never({ error: `is for ${what} only` }).optional();

/** https, or http on this machine alone. */
export function isSafe({ protocol, hostname, username, password }: URL): boolean {
  return (
    username === '' && password === '' && (protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname)))
  );
}

/** The URL of something that is trusted with who people are. */
export const safeUrl = (what: string) =>
  wanted(what).refine(
    (text) => URL.canParse(text) && isSafe(new URL(text)) && !/[?#\s]/.test(text),
    'must be an https:// URL without query (http:// is for a loopback address only)',
  );

/** The origin at which people's browsers find the console. */
export const consoleUrl = safeUrl('the address at which people open the console')
  .refine((text) => new URL(text).pathname === '/', 'must be a host alone, without a path')
  .transform((text) => new URL(text).origin);

/** The secret in the file at a path. */
export const secretFile = z
  .string()
  .transform((path, context) => {
    const read = readSecretFile(path);
    if ('secret' in read) return read.secret;
    context.addIssue(read.problem);
    return z.NEVER;
  })
  .optional();

/** The claim that names somebody's groups. */
export const groupsClaim = z.string().min(1).default('groups');
/** What belongs to sign-in at an OpenID provider. */
export const noOidc = {
  COUNTERSIGN_OIDC_ISSUER: onlyFor('COUNTERSIGN_SIGN_IN=oidc'),
  COUNTERSIGN_OIDC_CLIENT_ID: onlyFor('COUNTERSIGN_SIGN_IN=oidc'),
  COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: onlyFor('COUNTERSIGN_SIGN_IN=oidc'),
  COUNTERSIGN_OIDC_SCOPES: onlyFor('COUNTERSIGN_SIGN_IN=oidc'),
};
/** What belongs to sign-in at a proxy. */
export const noProxy = {
  COUNTERSIGN_PROXY_AUDIENCE: onlyFor('a proxy that signs people in'),
  COUNTERSIGN_PROXY_ISSUER: onlyFor('COUNTERSIGN_SIGN_IN=cloudflare-access'),
  COUNTERSIGN_PROXY_KEYS: onlyFor('a proxy that signs people in'),
};

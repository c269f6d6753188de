import { resolve } from 'node:path';
import * as z from 'zod';
import { readSecretFile } from '#shared/config/secret-file.ts';

/** How people sign in; one way at a time. */
export type SignInSettings = LinkSettings | OidcSettings | ProxySettings;

/** By one-time link, on this machine. */
export type LinkSettings = { readonly how: 'link' };

/** At an OpenID provider. */
export type OidcSettings = {
  readonly how: 'oidc';
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined for a public client. */
  readonly clientSecret: string | undefined;
  /** Names of scopes, separated by spaces. */
  readonly scopes: string;
  readonly groupsClaim: string;
};

/** At a proxy in front of the console, which signs who each request is from. */
export type ProxySettings = {
  readonly how: ProxyKind;
  readonly issuer: string;
  readonly audience: string;
  readonly keys: { readonly url: URL } | { readonly file: string };
  readonly groupsClaim: string;
};
export type ProxyKind = 'iap' | 'cloudflare-access';

const loopback = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/;
const wanted = (what: string) => z.string(`is needed: ${what}`).min(1, `is needed: ${what}`);
const onlyFor = (what: string) => z.never({ error: `is for ${what} only` }).optional();

/** https, or http on this machine alone. */
function isSafe({ protocol, hostname, username, password }: URL): boolean {
  return (
    username === '' && password === '' && (protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname)))
  );
}

const safeUrl = (what: string) =>
  wanted(what).refine(
    (text) => URL.canParse(text) && isSafe(new URL(text)) && !/[?#\s]/.test(text),
    'must be an https:// URL without query (http:// is for a loopback address only)',
  );

/** The origin at which people's browsers find the console. */
const consoleUrl = safeUrl('the address at which people open the console')
  .refine((text) => new URL(text).pathname === '/', 'must be a host alone, without a path')
  .transform((text) => new URL(text).origin);

const secretFile = z
  .string()
  .transform((path, context) => {
    const read = readSecretFile(path);
    if ('secret' in read) return read.secret;
    context.addIssue(read.problem);
    return z.NEVER;
  })
  .optional();

const groupsClaim = z.string().min(1).default('groups');
const noOidc = {
  COUNTERSIGN_OIDC_ISSUER: onlyFor('COUNTERSIGN_SIGN_IN=oidc'),
  COUNTERSIGN_OIDC_CLIENT_ID: onlyFor('COUNTERSIGN_SIGN_IN=oidc'),
  COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: onlyFor('COUNTERSIGN_SIGN_IN=oidc'),
  COUNTERSIGN_OIDC_SCOPES: onlyFor('COUNTERSIGN_SIGN_IN=oidc'),
};
const noProxy = {
  COUNTERSIGN_PROXY_AUDIENCE: onlyFor('a proxy that signs people in'),
  COUNTERSIGN_PROXY_ISSUER: onlyFor('COUNTERSIGN_SIGN_IN=cloudflare-access'),
  COUNTERSIGN_PROXY_KEYS: onlyFor('a proxy that signs people in'),
};

const link = z
  .object({
    COUNTERSIGN_SIGN_IN: z.literal('link'),
    COUNTERSIGN_CONSOLE_URL: onlyFor('another sign-in than by link'),
    COUNTERSIGN_GROUPS_CLAIM: onlyFor('another sign-in than by link'),
    COUNTERSIGN_SIGN_IN_ALLOW: onlyFor('another sign-in than by link'),
    ...noOidc,
    ...noProxy,
  })
  .transform(() => ({ signIn: { how: 'link' } satisfies LinkSettings as SignInSettings, publicUrl: undefined }));

const oidc = z
  .object({
    COUNTERSIGN_SIGN_IN: z.literal('oidc'),
    COUNTERSIGN_CONSOLE_URL: consoleUrl.optional(),
    COUNTERSIGN_OIDC_ISSUER: safeUrl('the issuer of the OpenID provider'),
    COUNTERSIGN_OIDC_CLIENT_ID: wanted('the client id that the provider gave'),
    COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: secretFile,
    COUNTERSIGN_OIDC_SCOPES: z
      .string()
      .regex(/^openid( [\x21-\x7e]+)*$/, 'must begin with openid, with one space between scopes')
      .default('openid profile'),
    COUNTERSIGN_GROUPS_CLAIM: groupsClaim,
    ...noProxy,
  })
  .transform((values) => ({
    signIn: {
      how: 'oidc',
      issuer: values.COUNTERSIGN_OIDC_ISSUER,
      clientId: values.COUNTERSIGN_OIDC_CLIENT_ID,
      clientSecret: values.COUNTERSIGN_OIDC_CLIENT_SECRET_FILE,
      scopes: values.COUNTERSIGN_OIDC_SCOPES,
      groupsClaim: values.COUNTERSIGN_GROUPS_CLAIM,
    } satisfies OidcSettings as SignInSettings,
    publicUrl: values.COUNTERSIGN_CONSOLE_URL,
  }));

/** Where a proxy publishes its keys: a URL that this server may ask, or a file. */
const proxyKeys = wanted('the URL or the file of the keys that the proxy signs with').transform((text, context) => {
  if (!/^[a-z]+:\/\//i.test(text)) return { file: resolve(text) };
  if (URL.canParse(text) && isSafe(new URL(text))) return { url: new URL(text) };
  context.addIssue('must be a path, or an https:// URL (http:// is for a loopback address only)');
  return z.NEVER;
});

/** https://cloud.google.com/iap/docs/signed-headers-howto */
const iapIssuer = 'https://cloud.google.com/iap';
const iapKeys = 'https://www.gstatic.com/iap/verify/public_key-jwk';

const iap = z
  .object({
    COUNTERSIGN_SIGN_IN: z.literal('iap'),
    COUNTERSIGN_CONSOLE_URL: consoleUrl,
    COUNTERSIGN_PROXY_AUDIENCE: wanted('the audience, /projects/NUMBER/…'),
    COUNTERSIGN_PROXY_ISSUER: onlyFor('COUNTERSIGN_SIGN_IN=cloudflare-access'),
    COUNTERSIGN_PROXY_KEYS: proxyKeys.prefault(iapKeys),
    COUNTERSIGN_GROUPS_CLAIM: groupsClaim,
    ...noOidc,
  })
  .transform((values) => ({
    signIn: proxySettings('iap', iapIssuer, values),
    publicUrl: values.COUNTERSIGN_CONSOLE_URL,
  }));

/** https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/validating-json/ */
const cloudflareKeys = '/cdn-cgi/access/certs';

const cloudflare = z
  .object({
    COUNTERSIGN_SIGN_IN: z.literal('cloudflare-access'),
    COUNTERSIGN_CONSOLE_URL: consoleUrl,
    COUNTERSIGN_PROXY_AUDIENCE: wanted('the application’s AUD tag'),
    COUNTERSIGN_PROXY_ISSUER: safeUrl('the team’s domain, https://TEAM.cloudflareaccess.com').transform((text) =>
      text.replace(/\/$/, ''),
    ),
    COUNTERSIGN_PROXY_KEYS: proxyKeys.optional(),
    COUNTERSIGN_GROUPS_CLAIM: groupsClaim,
    ...noOidc,
  })
  .transform(({ COUNTERSIGN_PROXY_ISSUER: issuer, ...values }) => {
    const keys = values.COUNTERSIGN_PROXY_KEYS ?? { url: new URL(cloudflareKeys, issuer) };
    return {
      signIn: proxySettings('cloudflare-access', issuer, { ...values, COUNTERSIGN_PROXY_KEYS: keys }),
      publicUrl: values.COUNTERSIGN_CONSOLE_URL,
    };
  });

function proxySettings(
  how: ProxyKind,
  issuer: string,
  values: {
    readonly COUNTERSIGN_PROXY_AUDIENCE: string;
    readonly COUNTERSIGN_PROXY_KEYS: ProxySettings['keys'];
    readonly COUNTERSIGN_GROUPS_CLAIM: string;
  },
): SignInSettings {
  return {
    how,
    issuer,
    audience: values.COUNTERSIGN_PROXY_AUDIENCE,
    keys: values.COUNTERSIGN_PROXY_KEYS,
    groupsClaim: values.COUNTERSIGN_GROUPS_CLAIM,
  };
}

/** Everything that says how people sign in. What belongs to another way than the chosen one is an error. */
export const signInSchema = z.preprocess(
  (values) => ({ COUNTERSIGN_SIGN_IN: 'link', ...(values as object) }),
  z.discriminatedUnion('COUNTERSIGN_SIGN_IN', [link, oidc, iap, cloudflare], {
    error: 'must be link, oidc, iap or cloudflare-access',
  }),
);

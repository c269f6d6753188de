import { resolve } from 'node:path';
import * as z from 'zod';
import { consoleUrl, groupsClaim, isSafe, noOidc, onlyFor, safeUrl, wanted } from './setting-values.ts';

/** At a proxy in front of the console, which signs who each request is from. */
export type ProxySettings = {
  readonly how: ProxyKind;
  readonly issuer: string;
  readonly audience: string;
  readonly keys: { readonly url: URL } | { readonly file: string };
  readonly groupsClaim: string;
};
export type ProxyKind = 'iap' | 'cloudflare-access';

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

/** Google’s Identity-Aware Proxy. */
export const iap = z
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

/** Cloudflare Access. */
export const cloudflare = z
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
): ProxySettings {
  return {
    how,
    issuer,
    audience: values.COUNTERSIGN_PROXY_AUDIENCE,
    keys: values.COUNTERSIGN_PROXY_KEYS,
    groupsClaim: values.COUNTERSIGN_GROUPS_CLAIM,
  };
}

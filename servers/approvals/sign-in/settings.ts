import * as z from 'zod';
import { cloudflare, iap, type ProxySettings } from './proxy-settings.ts';
import { consoleUrl, groupsClaim, noOidc, noProxy, onlyFor, safeUrl, secretFile, wanted } from './setting-values.ts';

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

/** Everything that says how people sign in. What belongs to another way than the chosen one is an error. */
export const signInSchema = z.preprocess(
  (values) => ({ COUNTERSIGN_SIGN_IN: 'link', ...(values as object) }),
  z.discriminatedUnion('COUNTERSIGN_SIGN_IN', [link, oidc, iap, cloudflare], {
    error: 'must be link, oidc, iap or cloudflare-access',
  }),
);

import * as z from 'zod';

const text = z.string().min(1);
const time = z.string().regex(/^[1-9]\d{0,4}[mh]$/, 'This must be a time such as 30m or 12h.');

/** How people sign in, as a configuration file says it. What goes with what is for the approvals server to say. */
export const signInSection = z.strictObject({
  by: z.enum(['link', 'oidc', 'iap', 'cloudflare-access']),
  issuer: text.optional(),
  client_id: text.optional(),
  client_secret: text.optional(),
  scopes: text.optional(),
  groups_claim: text.optional(),
  audience: text.optional(),
  keys: text.optional(),
  allow: z.array(text).min(1).optional(),
  idle: time.optional(),
  life: time.optional(),
  auditors: z.array(text).min(1).optional(),
  responders: z.array(text).min(1).optional(),
});
export type SignInSection = z.output<typeof signInSection>;

/** The same with paths as `at` makes them absolute. The keys of a proxy may be at a URL. */
export function withPaths(section: SignInSection, at: (path: string) => string): SignInSection {
  const { client_secret: secret, keys } = section;
  return {
    ...section,
    ...(secret !== undefined && { client_secret: at(secret) }),
    ...(keys !== undefined && { keys: keys.includes('://') ? keys : at(keys) }),
  };
}

/** The same as the settings of the approvals server. */
export function signInEnvironment(section: SignInSection): Readonly<Record<string, string>> {
  const settings = {
    COUNTERSIGN_SIGN_IN: section.by,
    [section.by === 'cloudflare-access' ? 'COUNTERSIGN_PROXY_ISSUER' : 'COUNTERSIGN_OIDC_ISSUER']: section.issuer,
    COUNTERSIGN_OIDC_CLIENT_ID: section.client_id,
    COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: section.client_secret,
    COUNTERSIGN_OIDC_SCOPES: section.scopes,
    COUNTERSIGN_GROUPS_CLAIM: section.groups_claim,
    COUNTERSIGN_PROXY_AUDIENCE: section.audience,
    COUNTERSIGN_PROXY_KEYS: section.keys,
    COUNTERSIGN_SIGN_IN_ALLOW: section.allow?.join(','),
    COUNTERSIGN_SESSION_IDLE: section.idle,
    COUNTERSIGN_SESSION_LIFE: section.life,
    COUNTERSIGN_AUDITORS: section.auditors?.join(','),
    COUNTERSIGN_RESPONDERS: section.responders?.join(','),
  };
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

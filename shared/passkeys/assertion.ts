import * as z from 'zod';

const base64url = z.base64url().min(1).max(8192);

/** What a passkey answered to a challenge, as WebAuthn Level 3 names the parts; each in base64url without padding. */
export const assertion = z.strictObject({
  /** The id of the credential that answered. */
  id: base64url,
  authenticator_data: base64url,
  /** JSON as the browser made it: the challenge, and the origin of the page that asked. */
  client_data: base64url,
  signature: base64url,
});
export type Assertion = z.infer<typeof assertion>;

import type { Approver } from '#shared/changes/decision.ts';

/** How somebody signed in. */
export type How = 'link' | 'token' | 'oidc' | 'iap' | 'cloudflare-access';

/** Who is signed in, as the one who vouches for them says. */
export type Principal = {
  readonly approver: Approver;
  readonly how: How;
  /** For showing alone: whoever has it may choose it. */
  readonly name: string | null;
  /** As a claim says; people.yaml may know more. */
  readonly groups: readonly string[];
};

/** Who a decision says that it is of when no person made it at the time, or not here. Nobody can sign in under such an issuer. */
export const automaticIssuers = {
  policy: 'countersign:policy',
  grant: 'countersign:grant',
  review: 'countersign:review',
} as const;

/** Whether a decision is a rule's, a task grant's, or of reviews on the backend, by the issuer in its row. */
export function isAutomatic({ issuer }: { readonly issuer: string }): boolean {
  return Object.values<string>(automaticIssuers).includes(issuer);
}

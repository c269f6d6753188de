/** Who a decision says that it is of when no person made it at the time. Nobody can sign in under such an issuer. */
export const automaticIssuers = { policy: 'countersign:policy', grant: 'countersign:grant' } as const;

/** Whether a decision is a rule's or a task grant's, by the issuer in its row. */
export function isAutomatic({ issuer }: { readonly issuer: string }): boolean {
  return Object.values<string>(automaticIssuers).includes(issuer);
}

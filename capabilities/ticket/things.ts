/** The name of a ticket or a comment on its server that never becomes another's. */
export function thingOf(named: { readonly ticket: string } | { readonly comment: string }): string {
  return 'ticket' in named ? `ticket:${named.ticket}` : `comment:${named.comment}`;
}

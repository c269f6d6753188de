/** What an answer says of the next one: the cursor in its address, of which nothing else is followed. */
export function nextCursor(answer: {
  readonly _links?: { readonly next?: string | undefined } | undefined;
}): string | null {
  const next = answer._links?.next;
  // The address is one on the site, without its host.
  return next === undefined ? null : new URL(next, 'https://site.invalid').searchParams.get('cursor');
}

/** How a request names the page of a list that is asked for. */
export const listQuery = (limit: number, cursor: string | undefined): Record<string, string> => ({
  limit: String(limit),
  ...(cursor !== undefined && { cursor }),
});

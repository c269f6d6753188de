import type { Told, Trust } from '#shared/tools/index.ts';

/** A page for the record of what an agent has read. */
export function toldOfPage(
  { id, title }: { readonly id: string; readonly title: string },
  about: { readonly revision: string | null; readonly trust: Trust; readonly rank?: number },
): Told {
  return { thing: `page:${id}`, name: title, revision: about.revision, rank: about.rank ?? null, trust: about.trust };
}

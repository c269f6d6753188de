import { sameStorage } from '#capabilities/knowledge/storage/same.ts';
import type { PageDocument } from '#capabilities/knowledge/types.ts';
import type { Written } from '#capabilities/knowledge-write/ports.ts';
import { AppError } from '#shared/errors.ts';
import { NotDone } from '#shared/tools/index.ts';
import type { ConfluencePage } from './answers.ts';
import { inDoubt } from './errors.ts';
import { wikiUrl } from './spaces.ts';

export const writtenPage = (site: string, { id, version, _links }: ConfluencePage): Omit<Written, 'differs'> => ({
  ...{ id, revision: String(version.number) },
  url: wikiUrl(site, _links?.webui ?? `/pages/viewpage.action?pageId=${id}`),
});

/** What of a page is not as it was written. */
export function differencesFrom(
  now: ConfluencePage,
  { title, body }: { readonly title: string; readonly body?: PageDocument },
): readonly string[] {
  const isSame = body === undefined || sameBody(now.body?.storage?.value, body);
  return [...(now.title === title ? [] : ['title']), ...(isSame ? [] : ['body'])];
}

/** Whether a text is the one that was written; one that cannot be read is another. */
export function sameBody(native: string | undefined, document: PageDocument): boolean {
  if (document.format !== 'storage') return false;
  try {
    return sameStorage(native ?? '', document.native);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** It was done, but not how it looks now: it is looked for once more. */
export function notReadBack(cause: unknown): never {
  throw cause instanceof NotDone ? cause : inDoubt(cause);
}

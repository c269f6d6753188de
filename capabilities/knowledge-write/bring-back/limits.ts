import { AppError } from '#shared/errors.ts';

/** How many pages are brought back at once; how many a namespace may have; and how long their texts may be in all, in UTF-16 code units. */
const mostPages = 2_000;
const mostListed = 20_000;
const mostText = 5_000_000;

const next = 'Choose a later moment, or bring back pages one by one, by the changes that wrote them.';

/** Throws AppError `too_large`. */
export function assertFewPages(count: number): void {
  if (count <= mostPages) return;
  throw new AppError('too_large', `More than ${mostPages} pages are not as they were then.`, { next });
}

/** Throws AppError `too_large`. */
export function assertFewListed(count: number): void {
  if (count <= mostListed) return;
  throw new AppError('too_large', `A namespace of more than ${mostListed} pages is not brought back as one.`, {
    next: 'Bring back pages one by one, by the changes that wrote them.',
  });
}

/** Throws AppError `too_large`. */
export function assertLittleText(length: number): void {
  if (length <= mostText) return;
  throw new AppError('too_large', `What has changed since then is more than ${mostText} characters of text.`, { next });
}

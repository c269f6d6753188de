import { AppError } from '#shared/errors.ts';
import type { BackendFacts } from './tool.ts';

/** Throws AppError `too_large` for what the backend does not take, which is known without asking it. */
export function assertFits(
  { title = '', text = '' }: { readonly title?: string | undefined; readonly text?: string | undefined },
  { maxTitle, maxText }: Pick<BackendFacts, 'maxTitle' | 'maxText'>,
): void {
  if (title.length > maxTitle) throw new AppError('too_large', `A title has at most ${maxTitle} characters here.`);
  if (text.length <= maxText) return;
  throw new AppError(
    'too_large',
    `A page has at most ${maxText} characters here, and this would have ${text.length}.`,
    {
      next: 'Say it in several pages, one under the other.',
    },
  );
}

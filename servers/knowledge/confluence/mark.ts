import type { Mark } from '#shared/tools/index.ts';

/** What a version that we wrote says of itself: people see it in the history of a page, and find the change by it. */
export const markMessage = ({ changeId, token }: Mark): string => `Change-Id: ${changeId}/${token}`;

/** What the author of a version says of it, where that is more than our mark. */
export function noteOf(message: string | null | undefined): string | null {
  const words = (message ?? '').replace(/^Change-Id: chg_[0-9a-z]+\/[0-9a-f]+$/, '').trim();
  return words === '' ? null : words;
}

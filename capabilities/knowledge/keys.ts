import * as z from 'zod';
import { foldCase } from '#shared/tools/fold.ts';

/** A namespace as scopes and arguments name it: `handbook`, the key of a space; `~` begins that of somebody's own space. */
export const namespaceKey = z
  .string()
  .max(100)
  .regex(/^~?[A-Za-z0-9][\w.-]*$/, { error: 'must be the key of a namespace, such as "handbook"' });

/** What a backend gives as an id: numbers, a UUID, words. */
const id = (what: string, shownBy: string) =>
  z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9][\w:.=-]*$/, { error: `must be the id of a ${what}, as ${shownBy} shows it` });

/** A page, a revision of one and a comment by their immutable ids. */
export const pageId = id('page', 'search_pages');
export const revisionId = id('revision', 'get_page_history');
export const commentId = id('comment', 'read_page');

/** Whether two keys name the same namespace: without regard to case, as backends compare them. */
export function sameNamespace(one: string, other: string): boolean {
  return foldCase(one) === foldCase(other);
}

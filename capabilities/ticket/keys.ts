import * as z from 'zod';
import { repositoryName } from '#capabilities/repo/name.ts';
import { foldCase } from '#shared/tools/fold.ts';

/** `WEB`, `ENG`: the key of a project or team, which its tickets are numbered after. */
const prefix = /^[A-Z][A-Z0-9_]{0,49}$/;

function isProjectKey(text: string): boolean {
  return prefix.test(text) || repositoryName.safeParse(text).success;
}

function isTicketKey(text: string): boolean {
  const [, project = ''] = /^(.+)-[1-9]\d{0,9}$/.exec(text) ?? /^(.+\/.+)#[1-9]\d{0,9}$/.exec(text) ?? [];
  return text.includes('#') ? repositoryName.safeParse(project).success : prefix.test(project);
}

/** A project as scopes and arguments name it: `WEB`, the key of a team, or `owner/repository`. */
export const projectKey = z.string().max(140).refine(isProjectKey, {
  error: 'must be the key of a project, such as "WEB" or "owner/repository"',
});

/** A ticket as arguments name it: `WEB-12`, `ENG-7` or `owner/repository#3`. */
export const ticketKey = z.string().max(160).refine(isTicketKey, {
  error: 'must be the key of a ticket, such as "WEB-12" or "owner/repository#3"',
});

/** A comment by the id that get_ticket shows. */
export const commentId = z
  .string()
  .max(200)
  .regex(/^[\w:.=-]+$/, { error: 'must be the id of a comment, as get_ticket shows it' });

/**
 * Whether two keys or names are the same without regard to case, as backends compare them. Jira alone tells labels apart by
 * case; whoever may put on the one there may put on the other.
 */
export function sameName(one: string, other: string): boolean {
  return foldCase(one) === foldCase(other);
}

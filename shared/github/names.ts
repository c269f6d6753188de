import { AppError } from '../errors.ts';

/** A repository's name in its two parts, both safe as one segment of a URL. */
export type RepositoryName = { readonly owner: string; readonly name: string };

/**
 * Parses `owner/name`. A name that GitHub cannot have (a `..`, an escape, a third part) throws `not_found`, as any
 * repository that is not there, and before a request is made of it.
 */
export function repositoryName(text: string): RepositoryName {
  const [, owner, name] = /^([A-Za-z0-9_-]{1,100})\/([A-Za-z0-9._-]{1,100})$/.exec(text) ?? [];
  if (owner === undefined || name === undefined || /^\.+$/.test(name)) throw noRepository();
  return { owner, name };
}

/** The one answer for a repository that does not exist and for one that may not be seen. */
export const noRepository = (cause?: unknown): AppError =>
  new AppError('not_found', 'There is no such repository, or it may not be seen here.', {
    next: 'Check the spelling of owner/name. The GitHub App has to be installed there, and the sponsor has to be able to read it.',
    cause,
  });

/** GitHub compares names of repositories without regard to case. */
export const sameRepository = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

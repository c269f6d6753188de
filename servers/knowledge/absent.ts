import { AppError } from '#shared/errors.ts';

/** What an agent is told where its sponsor may not do what it asks for: the same as of what is not there. */
export const absent = (cause: unknown): AppError =>
  new AppError('not_found', 'There is no such page or namespace, or none that you may use so.', {
    next: 'list_pages shows the namespaces, search_pages the pages.',
    cause,
  });

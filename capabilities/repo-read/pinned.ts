import { AppError } from '#shared/errors.ts';

/** A cursor that names a commit before the rest, so that all pages are of one state. */
export function pinTo(commit: string, cursor: string | null): string | null {
  return cursor === null ? null : `${commit}:${cursor}`;
}

/** The commit of such a cursor, and the rest. @throws AppError `invalid_arguments` */
export function pinned(cursor: string | undefined): { readonly commit: string; readonly cursor: string } | null {
  if (cursor === undefined) return null;
  const [, commit, rest] = /^([0-9a-f]{40}):(.+)$/su.exec(cursor) ?? [];
  if (commit !== undefined && rest !== undefined) return { commit, cursor: rest };
  throw new AppError('invalid_arguments', 'The cursor is not one that this tool gave.', {
    next: 'Leave out `cursor` to begin at the start.',
  });
}

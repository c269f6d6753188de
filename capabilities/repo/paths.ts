import * as z from 'zod';
import { utf8Length } from '#capabilities/common/text.ts';
import { foldLookalike } from '#shared/tools/fold.ts';

const maxPathBytes = 4096;
const maxSegmentBytes = 255;

/** A path inside a repository, from its root, that git accepts on every platform. */
export type RepoPath = string & z.core.$brand<'RepoPath'>;

/** Parses a path; see {@link pathProblem} for what is refused. */
export const repoPath = z
  .string()
  .refine((path) => pathProblem(path) === null, {
    error: (issue) => pathProblem(String(issue.input)) ?? 'is not a path',
  })
  .brand<'RepoPath'>();

/** The path of a folder: a path, or the empty string for the root. */
export const folderPath = z.string().refine((path) => path === '' || pathProblem(path) === null, {
  error: (issue) => pathProblem(String(issue.input)) ?? 'is not a path',
});

/**
 * Why git, here or on another platform, would not take a path, or would take it for another one; null when it is fine.
 * At least as strict as git's own verify_path with core.protectHFS and core.protectNTFS.
 */
export function pathProblem(path: string): string | null {
  if (path === '') return 'must not be empty';
  if (!path.isWellFormed()) return 'is not well-formed Unicode';
  if (/\p{Cc}/u.test(path)) return 'must not contain NUL or another control character';
  if (path.includes('\\')) return 'must not contain a backslash; folders are separated by "/"';
  if (path.startsWith('/')) return 'must be relative to the root of the repository, without a leading "/"';
  if (utf8Length(path) > maxPathBytes) return `must not be longer than ${maxPathBytes} bytes`;
  for (const segment of path.split('/')) {
    const problem = segmentProblem(segment);
    if (problem !== null) return problem;
  }
  return null;
}

function segmentProblem(segment: string): string | null {
  if (segment === '') return 'must not have an empty segment, nor end with "/"';
  if (segment === '.' || segment === '..') return 'must not have a "." or ".." segment';
  if (utf8Length(segment) > maxSegmentBytes) return `must not have a segment longer than ${maxSegmentBytes} bytes`;
  const folded = foldLookalike(segment);
  // `git~1` is the short name that NTFS gives to `.git`.
  if (folded === '.git' || folded === 'git~1') return 'must not lead into git’s own folder';
  // What is nothing but dots and invisible characters is "." or ".." somewhere.
  if (folded === '') return 'must not have a segment of dots, spaces or invisible characters alone';
  return null;
}

/** The folders above a path, nearest last: `a/b/c` has `a` and `a/b`. */
export function ancestors(path: string): readonly string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
}

import * as z from 'zod';
import { utf8Length } from '#capabilities/common/text.ts';

/** The short name of a branch, as git accepts it and nobody can mistake it for another kind of name. */
export const branchName = z.string().refine((name) => branchProblem(name) === null, {
  error: (issue) => branchProblem(String(issue.input)) ?? 'is not a branch name',
});

/** Room for `refs/heads/` below the 255 bytes that file systems allow. */
const maxBranchBytes = 244;

/** Why a text is no branch name; null when it is one. The rules are those of `git check-ref-format --branch`, and more. */
export function branchProblem(name: string): string | null {
  if (name === '') return 'must not be empty';
  if (!name.isWellFormed()) return 'is not well-formed Unicode';
  if (utf8Length(name) > maxBranchBytes) return `must not be longer than ${maxBranchBytes} bytes`;
  if (/[\p{Cc}\p{Z}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/u.test(name)) {
    return 'must not contain white space, control or invisible characters';
  }
  if (/[~^:?*[\\]/u.test(name)) return 'must not contain any of ~ ^ : ? * [ \\';
  if (name.includes('..') || name.includes('@{')) return 'must not contain ".." or "@{"';
  if (name.startsWith('-')) return 'must not begin with "-"';
  return reserved(name) ?? componentProblem(name);
}

function reserved(name: string): string | null {
  if (/^refs\//iu.test(name)) return 'is the short name, without "refs/heads/"';
  if (name === '@' || /^head$/iu.test(name)) return 'is a name that git keeps for itself';
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/iu.test(name)) return 'must not look like the id of a commit';
  return null;
}

function componentProblem(name: string): string | null {
  for (const component of name.split('/')) {
    if (component === '') return 'must not begin or end with "/", nor contain "//"';
    if (component.startsWith('.')) return 'must not have a part that begins with "."';
    if (/\.lock$/iu.test(component)) return 'must not have a part that ends with ".lock"';
  }
  return name.endsWith('.') ? 'must not end with "."' : null;
}

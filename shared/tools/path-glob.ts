import { foldCase, foldLookalike } from './fold.ts';
import { globMatcher } from './glob.ts';

/** A glob over paths, compiled. */
export type PathGlob = {
  readonly pattern: string;
  /** Whether it names the path, in any case and composition: for allowing. */
  readonly names: (path: string) => boolean;
  /** Whether it names the path, or anything that the path could be taken for: for denying. */
  readonly resembles: (path: string) => boolean;
  /** Whether something below the folder could be named. */
  readonly entersInto: (folder: string) => boolean;
  /** Whether everything below the folder is named. */
  readonly coversAllOf: (folder: string) => boolean;
};

export function compilePathGlob(pattern: string): PathGlob {
  const exact = folded(pattern, foldCase);
  const wide = folded(pattern, foldLookalike);
  const parts = pattern.split('/').map((part) => (part === '**' ? null : folded(part, foldCase)));
  const resembles = (path: string) => exact(path) || wide(path);
  return {
    pattern,
    names: exact,
    resembles,
    entersInto: (folder) => enters(parts, folder.split('/')),
    // Any name stands for all names: `*` and `**` do not look at it.
    coversAllOf: (folder) => (pattern === '**' || pattern.endsWith('/**')) && resembles(`${folder}/x`),
  };
}

/** No folding may make two segments of one, nor a wildcard of a name. */
const standIn = '\u2044';

function folded(pattern: string, fold: (segment: string) => string): (path: string) => boolean {
  const matches = globMatcher(
    eachSegment(pattern, (segment) =>
      /[*?]/u.test(segment) ? foldCase(segment) : fold(segment).replaceAll(/[*?/]/gu, standIn),
    ),
  );
  return (path) => matches(eachSegment(path, (segment) => fold(segment).replaceAll('/', standIn)));
}

function eachSegment(path: string, change: (segment: string) => string): string {
  return path.split('/').map(change).join('/');
}

function enters(parts: readonly (((segment: string) => boolean) | null)[], folder: readonly string[]): boolean {
  for (const [index, segment] of folder.entries()) {
    const part = parts[index];
    if (part === null) return true;
    if (part === undefined || !part(segment)) return false;
  }
  return parts.length > folder.length;
}

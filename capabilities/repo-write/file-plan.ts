import * as z from 'zod';
import type { FoundFile, RepoState } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import { contentRef } from '#shared/tools/index.ts';

/** The files of a commit, resolved: what each written path will hold, and which paths will be gone. */
export const filePlan = z.strictObject({
  additions: z.array(
    z.strictObject({
      path: z.string(),
      content: contentRef,
      /** The deleted path whose content this one takes over; null when it is no move. */
      movedFrom: z.string().nullable(),
      /** The mode it gets; without one a file keeps its mode, and a new one is plain. */
      mode: z.enum(['100644', '100755', '120000']).exactOptional(),
    }),
  ),
  deletions: z.array(z.string()),
  /**
   * How it is written: the commit is built from git objects, and then the branch moves to it. Every addition has its
   * mode then. Absent: in one request, which keeps modes and sets none.
   */
  via: z.literal('git_data').exactOptional(),
});
export type FilePlan = z.infer<typeof filePlan>;
export type Addition = FilePlan['additions'][number];
export type FileMode = NonNullable<Addition['mode']>;

/** Every path that the plan writes. */
export function plannedPaths(plan: FilePlan): readonly string[] {
  return [...plan.additions.map(({ path }) => path), ...plan.deletions];
}

/** The file at a path of a state; null where there is none. */
export function fileIn(state: Pick<RepoState, 'files'>, path: string): FoundFile | null {
  return state.files.find((entry) => entry.path === path)?.file ?? null;
}

/** The same for many paths: to look through all files for each of them takes seconds where there are thousands. */
export function filesByPath({ files }: Pick<RepoState, 'files'>): (path: string) => FoundFile | null {
  const found = new Map(files.map(({ path, file }) => [path, file]));
  return (path) => found.get(path) ?? null;
}

/** The mode that a planned file has afterwards, where `there` is what stands at its path before. */
export function modeAfter(addition: Pick<Addition, 'mode'>, there: FoundFile | null): FoundFile['mode'] {
  return addition.mode ?? there?.mode ?? '100644';
}

/** Additions whose modes are all decided, and deletions, as a plan: in one request wherever that leaves those modes. */
export function planOf(
  wanted: {
    readonly additions: readonly (Addition & { readonly mode: FileMode })[];
    readonly deletions: readonly string[];
  },
  state: RepoState,
): FilePlan {
  const additions = [...wanted.additions].sort((one, other) => (one.path < other.path ? -1 : 1));
  const deletions = [...wanted.deletions].sort();
  const links = [...deletions, ...additions.map(({ path }) => path)].filter(
    (path) => fileIn(state, path)?.mode === '120000',
  );
  const kept = additions.every(({ path, mode }) => mode === modeAfter({}, fileIn(state, path)));
  if (links.length > 0 || !kept) return { additions, deletions, via: 'git_data' };
  return { additions: additions.map(({ mode: _mode, ...addition }) => addition), deletions };
}

/** The same plan, built from git objects: every addition with the mode that it has afterwards. */
export function asBuilt({ additions, deletions }: FilePlan, state: RepoState): FilePlan {
  const withMode = (addition: Addition): Addition => {
    const mode = modeAfter(addition, fileIn(state, addition.path));
    return mode === '160000' ? addition : { ...addition, mode };
  };
  return { additions: additions.map(withMode), deletions, via: 'git_data' };
}

/** The most that one commit may have [base64 characters]; GitHub is known to have taken 40 million bytes. */
export const maxPayload = 30_000_000;

/** The largest file that fits into one commit [bytes]. */
export const maxFileBytes = (maxPayload / 4) * 3;

/** Refuses a plan whose contents the backend may not take in one commit. */
export function checkPayload(plan: Pick<FilePlan, 'additions'>): void {
  const size = plan.additions.reduce((sum, { content }) => sum + Math.ceil(content.bytes / 3) * 4, 0);
  if (size > maxPayload) {
    throw new AppError('too_large', `The files take ${size} bytes in base64; one commit may have ${maxPayload}.`, {
      next: 'Split the change into several commits.',
    });
  }
}

import * as z from 'zod';
import type { RepoState } from '#capabilities/repo/types.ts';
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
    }),
  ),
  deletions: z.array(z.string()),
});
export type FilePlan = z.infer<typeof filePlan>;

/** Every path that the plan writes. */
export function plannedPaths(plan: FilePlan): readonly string[] {
  return [...plan.additions.map(({ path }) => path), ...plan.deletions];
}

/** The file at a path of a state; null where there is none. */
export function fileIn(state: RepoState, path: string): RepoState['files'][number]['file'] {
  return state.files.find((entry) => entry.path === path)?.file ?? null;
}

/** The most that one commit may have [base64 characters]; GitHub is known to have taken 40 million bytes. */
export const maxPayload = 30_000_000;

/** The largest file that fits into one commit [bytes]. */
export const maxFileBytes = (maxPayload / 4) * 3;

/** Refuses a plan whose contents the backend may not take in one commit. */
export function checkPayload(plan: FilePlan): void {
  const size = plan.additions.reduce((sum, { content }) => sum + Math.ceil(content.bytes / 3) * 4, 0);
  if (size > maxPayload) {
    throw new AppError('too_large', `The files take ${size} bytes in base64; one commit may have ${maxPayload}.`, {
      next: 'Split the change into several commits.',
    });
  }
}

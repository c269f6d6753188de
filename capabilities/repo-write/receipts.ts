import * as z from 'zod';
import { oid } from '#capabilities/repo/types.ts';
import type { Json, Receipts } from '#shared/tools/index.ts';

/** What the steps leave behind. Loose: a receipt may say more than is needed again. */
const commitReceipt = z.object({ oid, url: z.string(), verified: z.boolean() });
const pullRequestReceipt = z.object({ number: z.number().int(), nodeId: z.string(), url: z.string() });

/** The step that makes a commit, counted from 0. */
export function commitStepName(index: number): string {
  return index === 0 ? 'commit' : `commit_${index + 1}`;
}

/** The newest commit that the change made; null while no such step has a receipt. */
export function committed(receipts: Receipts): string | null {
  const oids = Object.entries(receipts).flatMap(([step, receipt]) => {
    const number = /^commit(?:_(\d+))?$/.exec(step);
    const made = number && commitReceipt.safeParse(receipt).data;
    return made ? [{ oid: made.oid, number: Number(number[1] ?? 1) }] : [];
  });
  return oids.toSorted((one, other) => one.number - other.number).at(-1)?.oid ?? null;
}

/** The commit that a step made; null where that was settled by a person’s word, which names none. */
export function madeBy(receipts: Receipts, step: string): string | null {
  return commitReceipt.safeParse(receipts[step]).data?.oid ?? null;
}

/** Receipts of which the commits do not count any more: what was done later made newer ones. */
export function withoutCommits(receipts: Receipts): Receipts {
  return Object.fromEntries(Object.entries(receipts).filter(([step]) => !/^commit(?:_\d+)?$/.test(step)));
}

/** The number of the pull request that the change opened; null while that step has no receipt. */
export function opened(receipts: Receipts): number | null {
  return openedBy(receipts)?.number ?? null;
}

/** What later changes may refer to of an opened pull request. */
export function opening(
  { branch }: { readonly branch: string },
  receipts: Receipts,
): { readonly [name: string]: Json } {
  const pullRequest = openedBy(receipts);
  return {
    pull_request_url: pullRequest?.url ?? null,
    pull_request_number: pullRequest?.number ?? null,
    branch,
    commit: committed(receipts),
  };
}

/** The pull request that the change opened; undefined while that step has no receipt. */
export function openedBy(receipts: Receipts): z.infer<typeof pullRequestReceipt> | undefined {
  return pullRequestReceipt.safeParse(receipts['open_pull_request']).data;
}

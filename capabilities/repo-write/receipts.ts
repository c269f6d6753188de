import * as z from 'zod';
import { oid } from '#capabilities/repo/types.ts';
import type { Json, Receipts } from '#shared/tools/index.ts';

/** What the steps leave behind. Loose: a receipt may say more than is needed again. */
const commitReceipt = z.object({ oid, url: z.string(), verified: z.boolean() });
const pullRequestReceipt = z.object({ number: z.number().int(), nodeId: z.string(), url: z.string() });

/** The commit that the change made; null while that step has no receipt. */
export function committed(receipts: Receipts): string | null {
  return commitReceipt.safeParse(receipts['commit']).data?.oid ?? null;
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

import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { inDoubt } from '#shared/github/errors.ts';
import type { SendGraphql } from '#shared/github/graphql.ts';
import { headCommit, headDocument } from './mutations.ts';

type Made = { oid: string; url: string; verified: boolean; parents: string[] };

/** Milliseconds between looks; after the last one nobody knows. */
const waits = [0, 250, 500, 1000, 2000, 4000];

/**
 * The merge commit on top of `expectedHead`, which GitHub may make only after it has answered.
 * @param answered what the answer to the mutation said of the head, if anything
 * @throws an error that leaves it in doubt when it does not come
 */
export async function mergeOnTop(
  graphql: SendGraphql,
  { nodeId, expectedHead }: { readonly nodeId: string; readonly expectedHead: string },
  answered: unknown,
): Promise<Made> {
  let found = madeOn(expectedHead, answered);
  for (const wait of waits) {
    if (found !== 'not_yet') break;
    await sleep(wait);
    const data = await graphql(headDocument, { id: nodeId }).catch((error: unknown) => {
      throw inDoubt(error);
    });
    found = madeOn(expectedHead, z.object({ node: z.unknown() }).safeParse(data).data?.node);
  }
  if (typeof found === 'object') return found;
  throw inDoubt(new Error('the branch has no merge commit on top of its head'));
}

/** `not_yet` while the branch is where it was, and where an answer does not say. */
function madeOn(expectedHead: string, pullRequest: unknown): Made | 'not_yet' | 'other' {
  const target = headCommit.safeParse(pullRequest).data?.headRef.target;
  if (target === undefined || target.oid === expectedHead) return 'not_yet';
  const parents = target.parents.nodes.map(({ oid }) => oid);
  if (parents.length < 2 || parents[0] !== expectedHead) return 'other';
  return { oid: target.oid, url: target.url, verified: target.signature?.isValid ?? false, parents };
}

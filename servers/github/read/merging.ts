import * as z from 'zod';
import { oid } from '#capabilities/repo/types.ts';
import type { Merging } from '#capabilities/repo-read/ports.ts';
import { noRepository } from '#shared/github/names.ts';
import { loginOf } from './pull-requests.ts';
import type { Session } from './session.ts';

const document = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name, followRenames: false) {
    pullRequest(number: $number) { mergeable mergeCommit { oid } mergedBy { __typename login } }
  }
}`;

const pullRequest = z.object({
  mergeable: z.enum(['MERGEABLE', 'CONFLICTING', 'UNKNOWN']),
  mergeCommit: z.object({ oid }).nullable(),
  mergedBy: z.object({ __typename: z.string(), login: z.string() }).nullable(),
});

const data = z.object({ repository: z.object({ pullRequest: pullRequest.nullable() }).nullable() });

const mergeable = { MERGEABLE: true, CONFLICTING: false, UNKNOWN: null } as const;

/** GitHub begins to work out whether it can be merged when it is asked, and says `UNKNOWN` until it has. */
export async function readMerging(session: Session, number: number): Promise<Merging | null> {
  const mayMiss = (path: string) => path === 'repository.pullRequest';
  const { repository } = await session.query({ document, variables: { number }, data, mayMiss });
  if (repository === null) throw noRepository();
  const found = repository.pullRequest;
  if (found === null) return null;
  const by = found.mergedBy && loginOf(found.mergedBy);
  return {
    mergeable: mergeable[found.mergeable],
    merged: found.mergeCommit && { oid: found.mergeCommit.oid, by },
  };
}

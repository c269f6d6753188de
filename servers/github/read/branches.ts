import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { oid } from '#capabilities/repo/types.ts';
import { noRepository } from '#shared/github/names.ts';
import { pageInfo } from './page.ts';
import type { Session } from './session.ts';

type Branch = { name: string; oid: string };

const listDocument = `query ($owner: String!, $name: String!, $limit: Int!, $cursor: String, $part: String) {
  repository(owner: $owner, name: $name, followRenames: false) {
    refs(refPrefix: "refs/heads/", first: $limit, after: $cursor, query: $part) {
      nodes { name target { oid } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

const target = z.object({ oid });
const listData = z.object({
  repository: z
    .object({
      refs: z.object({ nodes: z.array(z.object({ name: z.string(), target: target.nullable() })), pageInfo }),
    })
    .nullable(),
});

/** A page of branches; `query` keeps those whose name contains it. */
export async function readBranches(
  session: Session,
  { limit, cursor, query }: PageRequest & { readonly query?: string | undefined },
): Promise<Page<Branch>> {
  const variables = { limit, cursor: cursor ?? null, part: query ?? null };
  const { repository: found } = await session.query({ document: listDocument, variables, data: listData });
  if (!found) throw noRepository();
  const items = found.refs.nodes.flatMap((node) => (node.target ? [{ name: node.name, oid: node.target.oid }] : []));
  return { items, cursor: found.refs.pageInfo };
}

const headDocument = `query ($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name, followRenames: false) {
    ref(qualifiedName: $ref) { target { oid } }
  }
}`;

const headData = z.object({
  repository: z.object({ ref: z.object({ target: target.nullable() }).nullable() }).nullable(),
});

/** The commit that a branch is at; null when there is no such branch. */
export async function readHead(session: Session, branch: string): Promise<string | null> {
  const variables = { ref: `refs/heads/${branch}` };
  const { repository: found } = await session.query({ document: headDocument, variables, data: headData });
  if (!found) throw noRepository();
  return found.ref?.target?.oid ?? null;
}

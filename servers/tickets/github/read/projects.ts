import * as z from 'zod';
import type { Named } from '#capabilities/ticket/types.ts';
import type { Project } from '#capabilities/ticket-read/ports.ts';
import { failureOf } from '#shared/github/failure.ts';
import { graphqlOver } from '#shared/github/graphql.ts';
import type { Session } from '#shared/github/session.ts';
import { untyped } from '../issue.ts';
import type { Repository } from '../repositories.ts';
import { statuses } from '../statuses.ts';

const document = `query ($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { issueTypes(first: 50) { nodes { id name isEnabled } } }
}`;

const data = z.object({
  repository: z.object({
    issueTypes: z
      .object({ nodes: z.array(z.object({ id: z.string(), name: z.string(), isEnabled: z.boolean() })) })
      .nullable(),
  }),
});

/** A project; null where issues are switched off. */
export async function readProject({ project, url, archived, hasIssues, session }: Repository): Promise<Project | null> {
  if (!hasIssues) return null;
  const types = [untyped, ...(await issueTypes(session))];
  return { ...project, url, archived, types: types.map((type) => ({ ...type, custom: [] })), priorities: [], statuses };
}

/**
 * What types the organisation has made up. None is what GitHub answers for a person's repository, and what an older
 * server, or one without them, does not understand.
 */
async function issueTypes({ ask, failed, owner, name }: Session): Promise<readonly Named[]> {
  try {
    const answer = await ask(({ endpoints, fetch }) => graphqlOver(endpoints, fetch)(document, { owner, name }));
    const nodes = data.safeParse(answer).data?.repository.issueTypes?.nodes ?? [];
    return nodes.filter(({ isEnabled }) => isEnabled).map(({ id, name: called }) => ({ id, name: called }));
  } catch (error) {
    if (failureOf(error).kind === 'graphql') return [];
    throw failed(error);
  }
}

import * as z from 'zod';
import type { Repository } from '#capabilities/repo-read/ports.ts';
import { noRepository } from '#shared/github/names.ts';
import type { Session } from './session.ts';

/** What is asked of a repository, and the form in which it comes. */
export const repositoryFields = 'id databaseId nameWithOwner description isPrivate visibility isArchived url';
export const repositoryShape = {
  id: z.string(),
  databaseId: z.number().int().positive(),
  nameWithOwner: z.string(),
  description: z.string().nullable(),
  isPrivate: z.boolean(),
  visibility: z.enum(['PUBLIC', 'INTERNAL', 'PRIVATE']),
  isArchived: z.boolean(),
  url: z.string(),
};

/** Follows renames, so that a caller sees the name and id that the repository has now, and can check them. */
const document = `query ($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { ${repositoryFields} defaultBranchRef { name } }
}`;

const shape = z.object({ ...repositoryShape, defaultBranchRef: z.object({ name: z.string() }).nullable() });
const data = z.object({ repository: shape.nullable() });

/** The repository as it is called now. `defaultBranch` is '' while it has no commit. */
export async function readRepository(session: Session): Promise<Repository> {
  const { repository } = await session.query({ document, data });
  if (!repository) throw noRepository();
  return repositoryOf(repository);
}

/** A repository as it came. */
export function repositoryOf(found: z.infer<typeof shape>): Repository {
  return {
    id: found.databaseId,
    nodeId: found.id,
    name: found.nameWithOwner,
    defaultBranch: found.defaultBranchRef?.name ?? '',
    description: found.description,
    private: found.isPrivate,
    visibility: ({ PUBLIC: 'public', INTERNAL: 'internal', PRIVATE: 'private' } as const)[found.visibility],
    archived: found.isArchived,
    url: found.url,
  };
}

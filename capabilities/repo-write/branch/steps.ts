import type { RepositoryRef } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Landed, Step } from '#shared/tools/index.ts';
import type { RepoWriter } from '../ports.ts';

type RepoStep = Step<RepoReader, RepoWriter>;
type Branch = { readonly repository: RepositoryRef; readonly branch: string };

/** Deletes a branch that is at a commit: the backend does it there and nowhere else, so it may be repeated. */
export function deleteBranchStep({ repository, branch }: Branch, expectedHead: string): RepoStep {
  const receipt = { branch, oid: expectedHead };
  return {
    name: 'delete_branch',
    repeat: 'guarded',
    run: async ({ write }) => {
      await write.deleteBranch({ repository, branch, expectedHead });
      return receipt;
    },
    landed: async (reader): Promise<Landed> => {
      const head = await reader.head(repository.name, branch);
      if (head === null) return { landed: receipt };
      return head === expectedHead ? 'not_found' : 'unclear';
    },
  };
}

/** Makes a branch again at a commit that is there already: the backend refuses where one of that name is. */
export function recreateBranchStep({ repository, branch }: Branch, oid: string): RepoStep {
  const receipt = { branch, oid };
  return {
    name: 'create_branch',
    repeat: 'guarded',
    run: async ({ write }) => {
      await write.createBranch({ repository, branch, oid });
      return receipt;
    },
    landed: async (reader): Promise<Landed> => {
      const head = await reader.head(repository.name, branch);
      if (head === null) return 'not_found';
      return head === oid ? { landed: receipt } : 'unclear';
    },
  };
}

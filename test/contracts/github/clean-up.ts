import type { RepoReader, Repository } from '#capabilities/repo-read/ports.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';

/** A branch goes once no open pull request leads to it, and those end with the branches that they come from. */
const rounds = 3;

/** Deletes all branches of a run, however it ended. Throws when some are left, and names them. */
export async function removeBranches({
  reader,
  write,
  repository,
  prefix,
}: {
  readonly reader: RepoReader;
  readonly write: RepoWriter;
  readonly repository: Repository;
  readonly prefix: string;
}): Promise<void> {
  const errors: unknown[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, oid } of await branchesOf(reader, repository.name, prefix)) {
      const gone = write.deleteBranch({ repository, branch: name, expectedHead: oid });
      await gone.catch((error: unknown) => errors.push(error));
    }
  }
  const left = (await branchesOf(reader, repository.name, prefix)).map(({ name }) => name);
  if (left.length === 0) return;
  throw new AggregateError(errors, `these branches are left in ${repository.name}: ${left.join(', ')}`);
}

/** Those that the run made itself, and those that GitHub made for it: `revert-NUMBER-BRANCH`. */
async function branchesOf(reader: RepoReader, repository: string, prefix: string) {
  const own = new RegExp(`^(?:revert-\\d+-)?${prefix}/`);
  const all: { name: string; oid: string }[] = [];
  let cursor: string | undefined;
  do {
    const page = await reader.branches(repository, { limit: 100, query: `${prefix}/`, cursor });
    all.push(...page.items.filter(({ name }) => own.test(name)));
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}

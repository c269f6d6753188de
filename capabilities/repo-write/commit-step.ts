import { blobOid } from '#capabilities/repo/blob.ts';
import type { RepositoryRef } from '#capabilities/repo/types.ts';
import type { Commit, RepoReader } from '#capabilities/repo-read/ports.ts';
import type { ContentReader, Landed, Mark, Step } from '#shared/tools/index.ts';
import { type FilePlan, plannedPaths } from './file-plan.ts';
import { hasTrailer, withTrailer } from './mark.ts';
import type { Message } from './message.ts';
import type { RepoWriter } from './ports.ts';
import { historyDepth } from './state.ts';

/** One commit, resolved: on which branch, on which head, with which message and files. */
export type CommitPlan = FilePlan &
  Message & { readonly repository: RepositoryRef; readonly branch: string; readonly expectedHead: string };

/** Makes the commit; the backend's own precondition is that the branch is still at the expected head. */
export function commitStep(plan: CommitPlan): Step<RepoReader, RepoWriter> {
  return {
    name: 'commit',
    repeat: 'guarded',
    run: ({ write, mark, contents }) =>
      write.commit({
        repository: plan.repository,
        branch: plan.branch,
        expectedHead: plan.expectedHead,
        headline: plan.headline,
        body: withTrailer(plan.body, mark),
        additions: plan.additions.map(({ path, content }) => ({ path, bytes: contents.get(content) })),
        deletions: [...plan.deletions],
      }),
    landed: async (reader, mark, _earlier, contents) => {
      const history = await reader.history(plan.repository.name, plan.branch, historyDepth);
      return commitLanded(plan, { history, mark, reader, contents });
    },
  };
}

/** What the look for a commit of ours needs. */
type Search = {
  readonly history: readonly Commit[];
  readonly mark: Mark;
  readonly reader: RepoReader;
  readonly contents: ContentReader;
};

/**
 * Whether the commit is in the history of its branch: with our mark, signed by our account, on the sealed parent, with exactly
 * the planned files. A commit that has our mark and is not all of that was made from ours, so a person has to look.
 */
export async function commitLanded(plan: CommitPlan, search: Search): Promise<Landed> {
  const marked = search.history.filter(({ message }) => hasTrailer(message, search.mark));
  const own = await search.reader.ownLogin();
  for (const commit of marked) {
    const child = commit.parents.length === 1 && commit.parents[0] === plan.expectedHead;
    if (commit.author === own && commit.verified && child && (await holds(plan, commit.oid, search))) {
      return { landed: { oid: commit.oid, url: commit.url, verified: commit.verified } };
    }
  }
  if (marked.length > 0) return 'unclear';
  // Without the sealed parent in sight the branch was moved, or grew past what is looked through.
  return search.history.some(({ oid }) => oid === plan.expectedHead) ? 'not_found' : 'unclear';
}

async function holds(plan: CommitPlan, commit: string, { reader, contents }: Search): Promise<boolean> {
  const found = await reader.files(plan.repository.name, commit, plannedPaths(plan));
  return (
    plan.additions.every(({ path, content }) => found.get(path)?.oid === blobOid(contents.get(content))) &&
    plan.deletions.every((path) => (found.get(path) ?? null) === null)
  );
}

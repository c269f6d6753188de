import { blobOid } from '#capabilities/repo/blob.ts';
import type { Commit, RepoReader } from '#capabilities/repo-read/ports.ts';
import { type ContentReader, type Landed, type Mark, NotDone, type Step } from '#shared/tools/index.ts';
import { holds } from './commit-landed.ts';
import { hasTrailer, withTrailer } from './mark.ts';
import { joinMessage } from './message.ts';
import type { CommitsPlan, PlannedCommit } from './planned-commits.ts';
import type { RepoWriter, TreeChange } from './ports.ts';
import { historyDepth } from './state.ts';

/** Commits that are built before the branch moves. */
type BuiltPlan = Omit<CommitsPlan, 'commits'> & {
  /** Where the branch is; null: it is made with them. */
  readonly from: string | null;
  /** The tree of the expected head, where it is known. */
  readonly baseTree?: string;
  /** `tree`: what the commit must come to, where that is known. */
  readonly commits: readonly (PlannedCommit & { readonly tree?: string })[];
};

/**
 * Builds every commit where nobody sees it, and moves the branch to the last one: all of them, signed and with their
 * trees, or none. Whether that may still be is asked again right before the branch moves.
 */
export function builtStep(plan: BuiltPlan): Step<RepoReader, RepoWriter> {
  const { repository, branch, from } = plan;
  return {
    name: 'commit',
    repeat: 'guarded',
    run: async ({ write, mark, contents, goOn }) => {
      const { oid, url, verified } = await buildAll(plan, { write, mark, contents });
      await goOn();
      await write.moveBranch({ repository, branch, from, to: oid });
      return { oid, url, verified };
    },
    landed: (reader, mark, _earlier, contents) => builtLanded(plan, { reader, mark, contents }),
  };
}

type Use = { readonly mark: Mark; readonly contents: ContentReader };

async function buildAll(plan: BuiltPlan, { write, mark, contents }: Use & { readonly write: RepoWriter }) {
  let last = { oid: plan.expectedHead, tree: plan.baseTree ?? null, url: '', verified: false };
  for (const commit of plan.commits) {
    const { headline, body, tree } = commit;
    last = await write.buildCommit({
      repository: plan.repository,
      parent: last.oid,
      baseTree: last.tree,
      entries: entriesOf(commit, contents),
      message: joinMessage({ headline, body: withTrailer(body, mark) }),
    });
    if (tree !== undefined && last.tree !== tree) throw refused(headline, 'came to other files than were pushed');
    if (!last.verified) throw refused(headline, 'was not signed by the system that made it', tellOperator);
  }
  return last;
}

const tellOperator = ' Tell the operator: commits of this App are no longer signed.';

function refused(headline: string, why: string, next = ''): NotDone {
  const which = JSON.stringify(headline);
  return new NotDone('refused', `The commit ${which} ${why}, so the branch stays where it is.${next}`);
}

function entriesOf({ additions, deletions }: PlannedCommit, contents: ContentReader): readonly TreeChange[] {
  return [
    ...additions.map(({ path, content, movedFrom, mode }): TreeChange => {
      if (mode === undefined) throw new TypeError('a commit that is built has a mode for each file');
      const bytes = contents.get(content);
      // What only moves is there already.
      return movedFrom === null ? { path, mode, bytes } : { path, mode, oid: blobOid(bytes) };
    }),
    ...deletions.map((path) => ({ path, delete: true }) as const),
  ];
}

type Search = Use & { readonly reader: RepoReader };

/** Whether the branch holds the commits: as many as were planned, ours, signed, in a row, each with its files. */
async function builtLanded(plan: BuiltPlan, search: Search): Promise<Landed> {
  const { reader, mark } = search;
  const { repository, branch, from, commits } = plan;
  const history = await reader.history(repository.name, branch, historyDepth);
  const ours = history.filter(({ message }) => hasTrailer(message, mark));
  const [last] = ours;
  if (last === undefined) {
    if (from === null) return history.length === 0 ? 'not_found' : 'unclear';
    // Without the sealed parent in sight the branch was moved, or grew past what is looked through.
    return history.some(({ oid }) => oid === from) ? 'not_found' : 'unclear';
  }
  const own = await reader.ownLogin();
  const isOurs = ours.every(({ author, verified }) => author === own && verified);
  if (!isOurs || ours.length !== commits.length || !inARow(ours, plan.expectedHead)) return 'unclear';
  for (const [index, commit] of commits.entries()) {
    if (!(await holds({ ...commit, repository }, ours.at(-1 - index)?.oid ?? '', search))) return 'unclear';
  }
  return { landed: { oid: last.oid, url: last.url, verified: true } };
}

function inARow(newestFirst: readonly Commit[], parent: string): boolean {
  return newestFirst.every(({ parents }, index) => parents.join() === (newestFirst[index + 1]?.oid ?? parent));
}

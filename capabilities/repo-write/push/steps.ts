import { blobOid } from '#capabilities/repo/blob.ts';
import type { Commit, RepoReader } from '#capabilities/repo-read/ports.ts';
import { type ContentReader, type Json, type Landed, type Mark, NotDone, type Step } from '#shared/tools/index.ts';
import { hasTrailer, withTrailer } from '../mark.ts';
import type { RepoWriter, TreeChange } from '../ports.ts';
import { openPullRequest } from '../pull-request/open-steps.ts';
import { historyDepth } from '../state.ts';
import type { PushedCommit, PushPlan } from './plan.ts';
import { lastFiles } from './views.ts';

/** The commits, and then the pull request. */
export function pushSteps(plan: PushPlan): readonly Step<RepoReader, RepoWriter>[] {
  const { pullRequest } = plan;
  return [commitStep(plan), ...(pullRequest === null ? [] : [openPullRequest({ ...plan, pullRequest })])];
}

/**
 * Builds every commit where nobody sees it, and moves the branch to the last one: all of them, signed and with the trees
 * that were pushed, or none.
 */
function commitStep(plan: PushPlan): Step<RepoReader, RepoWriter> {
  return {
    name: 'commit',
    repeat: 'guarded',
    run: async ({ write, mark, contents, goOn }): Promise<Json> => {
      const { repository, branch, from } = plan;
      const last = await buildAll(plan, { write, mark, contents });
      await goOn();
      await write.moveBranch({ repository, branch, from, to: last.oid });
      return last;
    },
    landed: (reader, mark, _earlier, contents) => pushLanded(plan, { reader, mark, contents }),
  };
}

type Building = { readonly write: RepoWriter; readonly mark: Mark; readonly contents: ContentReader };

async function buildAll(plan: PushPlan, { write, mark, contents }: Building) {
  const { repository } = plan;
  let on = { oid: plan.base.oid, tree: plan.tree, url: '', verified: false };
  for (const commit of plan.commits) {
    const { headline, body, files } = commit;
    const made = await write.buildCommit({
      repository,
      parent: on.oid,
      baseTree: on.tree,
      entries: files.map((file) => entryOf(file, contents)),
      message: `${headline}\n\n${withTrailer(body, mark)}`,
    });
    assertAsPushed(commit, made);
    on = made;
  }
  return { oid: on.oid, url: on.url, verified: on.verified };
}

function entryOf(file: PushedCommit['files'][number], contents: ContentReader): TreeChange {
  if ('delete' in file) return file;
  return { path: file.path, mode: file.mode, bytes: contents.get(file.content) };
}

function assertAsPushed(
  { tree, headline }: PushedCommit,
  made: { readonly tree: string; readonly verified: boolean },
): void {
  const which = JSON.stringify(headline);
  if (made.tree !== tree) {
    throw new NotDone(
      'refused',
      `The commit ${which} came to other files than were pushed, so the branch stays where it is.`,
    );
  }
  if (!made.verified) {
    throw new NotDone('refused', `The backend did not sign the commit ${which}, so the branch stays where it is.`);
  }
}

type Search = { readonly reader: RepoReader; readonly mark: Mark; readonly contents: ContentReader };

/** Whether the branch holds the commits: as many as were pushed, ours, signed, in a row, and with the files of the last. */
async function pushLanded(plan: PushPlan, search: Search): Promise<Landed> {
  const { reader, mark } = search;
  const { repository, branch, from, base, commits } = plan;
  const history = await reader.history(repository.name, branch, historyDepth);
  const ours = history.filter(({ message }) => hasTrailer(message, mark));
  const [last] = ours;
  if (last === undefined) {
    // Without the sealed parent in sight the branch was moved, or grew past what is looked through.
    if (from === null) return history.length === 0 ? 'not_found' : 'unclear';
    return history.some(({ oid }) => oid === from) ? 'not_found' : 'unclear';
  }
  const own = await reader.ownLogin();
  const isOurs = ours.every(({ author, verified }) => author === own && verified);
  const isWhole = ours.length === commits.length && inARow(ours, base.oid) && (await holds(plan, last.oid, search));
  return isOurs && isWhole ? { landed: { oid: last.oid, url: last.url, verified: true } } : 'unclear';
}

function inARow(newestFirst: readonly Commit[], parent: string): boolean {
  return newestFirst.every(({ parents }, index) => parents.join() === (newestFirst[index + 1]?.oid ?? parent));
}

async function holds(plan: PushPlan, commit: string, { reader, contents }: Search): Promise<boolean> {
  const files = lastFiles(plan);
  const paths = files.map(({ path }) => path);
  const found = await reader.files(plan.repository.name, commit, paths);
  return files.every((file) => {
    const there = found.get(file.path) ?? null;
    if ('delete' in file) return there === null;
    return there?.oid === blobOid(contents.get(file.content)) && there.mode === file.mode;
  });
}

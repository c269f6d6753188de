import type { RepoState } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import type { Contents } from '#shared/tools/index.ts';
import { filesByPath, maxPayload } from '../file-plan.ts';
import { splitMessage } from '../message.ts';
import { assertWritable, regular } from '../refusals.ts';
import type { PushInput } from './input.ts';
import type { PushedCommit, PushPlan } from './plan.ts';

/** The plan of a push: the same that was pushed, each file by its digest. Throws AppError for what cannot be written. */
export function preparePush(wanted: PushInput, before: RepoState, contents: Contents): PushPlan {
  const { branch, expected_head: from, parent, pull_request: pull } = wanted;
  assertHead(wanted, before);
  const [blocked] = before.blocked;
  if (blocked !== undefined) {
    throw new AppError('conflict', `${JSON.stringify(blocked)} is a folder where it is a file in another commit.`, {
      next: 'Push the two in changes of their own, one after the other.',
    });
  }
  if (before.base === null) throw new TypeError('the state of a push has a base');
  if (before.base.name === branch && pull)
    throw new AppError('invalid_arguments', 'branch: must not be the base branch.');
  if (pull && before.pullRequest) throw hasPullRequest(before.pullRequest.number, branch);
  const fileAt = filesByPath(before);
  const commits = wanted.commits.map((commit) => commitOf(commit, { before, fileAt, contents }));
  assertPayload(commits);
  return {
    kind: 'push',
    repository: before.repository,
    branch,
    from,
    base: { name: before.base.name, oid: parent },
    tree: wanted.parent_tree,
    commits,
    pullRequest: pull ? { ...pull, title: pull.title ?? commits[0]?.headline ?? branch } : null,
  };
}

function assertHead({ branch, expected_head: from, parent }: PushInput, { branch: { oid: head } }: RepoState): void {
  if (head === from && (from === null || from === parent)) return;
  throw new AppError('conflict', `The branch ${branch} is ${head === null ? 'gone' : `at ${head}`} by now.`, {
    next: 'Run git pull --rebase, then push again.',
  });
}

type Preparing = {
  readonly before: RepoState;
  readonly fileAt: ReturnType<typeof filesByPath>;
  readonly contents: Contents;
};

function commitOf(pushed: PushInput['commits'][number], { before, fileAt, contents }: Preparing): PushedCommit {
  const { name, email } = pushed.author;
  const files = pushed.files.map((file): PushedCommit['files'][number] => {
    const { path } = file;
    const there = fileAt(path);
    if (there !== null) regular(path, there);
    if ('delete' in file) return { path, delete: true };
    const content = contents.putBase64(file.base64);
    if (content === null)
      throw new AppError('invalid_arguments', `The base64 of ${JSON.stringify(path)} is not canonical.`);
    if (content.sha256 !== there?.content.sha256) {
      assertWritable(path, { form: 'base64', there, written: content, state: before, contents });
    }
    return { path, mode: file.mode, content };
  });
  return { ...splitMessage(pushed.message), author: `${name} <${email}>`, tree: pushed.tree, files };
}

/** All of it is built in one step. */
function assertPayload(commits: readonly PushedCommit[]): void {
  const sizes = commits.flatMap(({ files }) => files).map((file) => ('content' in file ? file.content.bytes : 0));
  const size = sizes.reduce((sum, bytes) => sum + Math.ceil(bytes / 3) * 4, 0);
  if (size <= maxPayload) return;
  throw new AppError('too_large', `The files take ${size} bytes in base64; one push may have ${maxPayload}.`, {
    next: 'Push fewer commits at once.',
  });
}

function hasPullRequest(number: number, branch: string): AppError {
  return new AppError('already_exists', `Pull request ${number} from ${branch} is open already.`, {
    next: 'Push without -o pr; update_pull_request changes its title and text.',
  });
}

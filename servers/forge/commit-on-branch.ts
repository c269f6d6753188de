import { requirePermission } from './access.ts';
import { bot, forgeCommitter } from './accounts.ts';
import { refuseConflict } from './branches.ts';
import type { Forge } from './forge.ts';
import { makeCommit, mustReadCommit } from './git/commits.ts';
import { makeObject, type NewObject, writeObjects } from './git/objects.ts';
import { readRef, updateRefs } from './git/refs.ts';
import { editTree, findEntry, modes } from './git/trees.ts';
import { branchRef, syncPulls } from './pulls.ts';
import { Refusal } from './refusal.ts';
import { fullName, type Repository } from './repositories.ts';
import { checkRules } from './rules.ts';
import type { TokenGrant } from './tokens.ts';
import { isWorkflowPath } from './workflows.ts';

export type WantedCommit = {
  branch: string;
  expectedHeadOid: string;
  headline: string;
  body: string;
  /** `contents` is base64. */
  additions: readonly { path: string; contents: string }[];
  deletions: readonly { path: string }[];
};

const unprocessable = (message: string): Refusal => new Refusal('UNPROCESSABLE', message);

/**
 * GitHub's createCommitOnBranch: one signed commit on a branch that must be where the caller expects it. Compare and
 * set are one step, and everything is on disk when it returns.
 * @returns the id of the new commit
 * @throws Refusal NOT_FOUND, FORBIDDEN, STALE_DATA, UNPROCESSABLE; the branch is then as it was.
 */
export async function commitOnBranch(
  forge: Forge,
  token: TokenGrant,
  repository: Repository,
  wanted: WantedCommit,
): Promise<string> {
  requirePermission(token, 'contents', 'write');
  checkPaths(token, wanted);
  const blobs = wanted.additions.map(({ path, contents }) => ({ path, blob: decodeBlob(path, contents) }));
  const ref = branchRef(wanted.branch);
  return forge.locks.run(fullName(repository), async () => {
    const head = await readRef(repository.git.dir, ref);
    if (head === undefined) throw new Refusal('NOT_FOUND', `Could not resolve to a Ref with the name '${ref}'.`);
    if (head !== wanted.expectedHeadOid) throw stale(wanted);
    checkRules(repository, ref, wanted.expectedHeadOid);
    const { commit, objects } = await buildCommit(forge, repository, head, wanted, blobs);
    await writeObjects(repository.git, objects);
    const conflict = await updateRefs(repository.git.dir, [{ name: ref, before: head, after: commit }]);
    if (conflict) throw conflict.reason === 'moved' ? stale(wanted) : refuseConflict(conflict);
    await syncPulls(forge, repository);
    return commit;
  });
}

const stale = (wanted: WantedCommit): Refusal =>
  new Refusal(
    'STALE_DATA',
    `Expected branch to point to "${wanted.expectedHeadOid}" but it did not.  Pull and try again.`,
  );

function decodeBlob(path: string, contents: string): NewObject {
  const bytes = Buffer.from(contents, 'base64');
  if (bytes.toString('base64') !== contents) throw unprocessable(`The contents of ${path} are not base64.`);
  return makeObject('blob', bytes);
}

function checkPaths(token: TokenGrant, wanted: WantedCommit): void {
  if (wanted.headline.trim() === '') throw unprocessable("The commit message headline can't be blank.");
  const paths = [...wanted.additions, ...wanted.deletions].map(({ path }) => path);
  const unique = new Set(paths);
  if (unique.size < paths.length) throw unprocessable('A path appears more than once in the file changes.');
  for (const path of paths) {
    if (!isFilePath(path)) throw unprocessable(`${JSON.stringify(path)} contains a malformed path component.`);
    if (isWorkflowPath(path)) requirePermission(token, 'workflows', 'write');
  }
  const added = wanted.additions.map(({ path }) => path).sort();
  const inside = added.find((path) => parents(path).some((folder) => unique.has(folder)));
  if (inside !== undefined) throw unprocessable(`${inside} is below a path that is a file in the same commit.`);
}

/** Whether git takes a path for a file's, here and on other platforms. */
export function isFilePath(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a NUL ends a name in git's trees.
  if (/[\x00\\]/.test(path) || Buffer.byteLength(path) > 4096) return false;
  return path.split('/').every((part) => !['', '.', '..'].includes(part) && !isGitFolder(part));
}

/** `.git`, and what Windows and macOS would take for it, as `git fsck --strict` knows them. */
function isGitFolder(name: string): boolean {
  const folded = name.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '').toLowerCase();
  return /^(\.git|git~1)[ .]*(:.*)?$/.test(folded);
}

const parents = (path: string): string[] => {
  const parts = path.split('/');
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
};

async function buildCommit(
  forge: Forge,
  repository: Repository,
  head: string,
  wanted: WantedCommit,
  blobs: readonly { path: string; blob: NewObject }[],
): Promise<{ commit: string; objects: NewObject[] }> {
  const before = await mustReadCommit(repository.git, head);
  for (const { path } of blobs) await checkAddition(repository, before.tree, path);
  for (const { path } of wanted.deletions) await checkDeletion(repository, before.tree, path);
  const edits = new Map<string, { oid: string } | undefined>(blobs.map(({ path, blob }) => [path, { oid: blob.oid }]));
  for (const { path } of wanted.deletions) edits.set(path, undefined);
  const tree = await editTree(repository.git, before.tree, edits);
  const time = { seconds: Math.floor(forge.now() / 1000), offset: '+0000' };
  const message = wanted.body === '' ? wanted.headline : `${wanted.headline}\n\n${wanted.body}`;
  const author = { name: bot.name, email: bot.email, ...time };
  const committer = { ...forgeCommitter, ...time };
  const commit = makeCommit({ tree: tree.oid, parents: [head], author, committer, message }, forge.signer.sign);
  return { commit: commit.oid, objects: [...blobs.map(({ blob }) => blob), ...tree.objects, commit] };
}

/** What GitHub does with symbolic links, submodules and folders in the way is not known, so it is refused. */
async function checkAddition(repository: Repository, tree: string, path: string): Promise<void> {
  const entry = await findEntry(repository.git, tree, path);
  if (entry && entry.mode !== modes.file && entry.mode !== modes.executable) {
    throw unprocessable(`${path} is not a regular file and cannot be written here.`);
  }
  for (const folder of parents(path)) {
    const above = await findEntry(repository.git, tree, folder);
    if (above && above.mode !== modes.folder)
      throw unprocessable(`${folder} is not a folder, so ${path} cannot be written.`);
  }
}

async function checkDeletion(repository: Repository, tree: string, path: string): Promise<void> {
  const entry = await findEntry(repository.git, tree, path);
  if (!entry) throw unprocessable(`A path was requested for deletion which does not exist: ${path}`);
  if (entry.mode === modes.folder || entry.mode === modes.submodule) throw unprocessable(`${path} is not a file.`);
}

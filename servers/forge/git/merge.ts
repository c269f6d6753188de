import { runGit } from './command.ts';
import { type CommitFields, makeCommit, mustReadCommit } from './commits.ts';
import { type GitStore, writeObjects } from './objects.ts';

const nobody = { name: 'nobody', email: '', seconds: 0, offset: '+0000' };

/**
 * The tree that has what two commits did to a third, or undefined where they do not go together. Git merges commits
 * whose common past it finds itself, so it is given three that nothing leads to, with just these trees.
 */
export async function mergeTrees(
  path: string,
  store: GitStore,
  from: { base: string; ours: string; theirs: string },
): Promise<string | undefined> {
  const treeOf = async (oid: string): Promise<string> => (await mustReadCommit(store, oid)).tree;
  const fields = (tree: string, parents: string[]): CommitFields => ({
    ...{ tree, parents, message: '' },
    author: nobody,
    committer: nobody,
  });
  const base = makeCommit(fields(await treeOf(from.base), []));
  const ours = makeCommit({ ...fields(await treeOf(from.ours), [base.oid]), message: 'ours' });
  const theirs = makeCommit({ ...fields(await treeOf(from.theirs), [base.oid]), message: 'theirs' });
  await writeObjects(store, [base, ours, theirs]);
  const durably = ['-c', 'core.fsync=loose-object'];
  const args = [...durably, 'merge-tree', '--write-tree', '--no-messages', ours.oid, theirs.oid];
  const said = (await runGit({ path, dir: store.dir, args, accept: [0, 1] })).toString();
  // Where they do not go together, the tree is followed by the paths.
  const [tree = '', ...conflicts] = said.trim().split('\n');
  return conflicts.length === 0 ? tree : undefined;
}

import type { Forge } from '../forge.ts';
import { type Commit, readCommit } from '../git/commits.ts';
import { diffFiles, emptyTree } from '../git/diff.ts';
import { commitsBeyond, mergeBase, walkHistory } from '../git/history.ts';
import { readObject } from '../git/objects.ts';
import { entryType, findEntry, modes, readTree, type TreeEntry } from '../git/trees.ts';
import { notImplemented, Refusal } from '../refusal.ts';
import { fullName, type Repository } from '../repositories.ts';
import { resolveRevision } from '../revisions.ts';
import { lines } from './git.ts';
import { apiUrl, notFound, pageOf, parameter, type Routes, rawAnswer, repositoryOf, wantsRaw } from './kit.ts';
import { viewCommit, viewFile } from './views.ts';

async function commitAt(repository: Repository, revision: string): Promise<Commit | undefined> {
  const oid = await resolveRevision(repository, revision);
  return oid === undefined ? undefined : readCommit(repository.git, oid);
}

async function mustBeCommit(repository: Repository, revision: string): Promise<Commit> {
  const commit = await commitAt(repository, revision);
  if (!commit) throw notFound();
  return commit;
}

/** Commits, comparisons and files at a revision. */
export function commitRoutes(forge: Forge, routes: Routes): void {
  routes.get('/repos/:owner/:repo/commits', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents');
    for (const name of ['author', 'committer', 'since', 'until']) {
      if (c.req.query(name) !== undefined) throw notImplemented(`the parameter ${name} of commits`);
    }
    const start = await mustBeCommit(repository, c.req.query('sha') ?? 'HEAD');
    const commits: Commit[] = [];
    for await (const commit of walkHistory(repository.git, start.oid, c.req.query('path') || undefined))
      commits.push(commit);
    return c.json(pageOf(forge, c, commits).map((commit) => viewCommit(forge, repository, commit)));
  });
  routes.get('/repos/:owner/:repo/commits/:ref{.+}', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents');
    const ref = parameter(c, 'ref');
    const commit = await commitAt(repository, ref);
    if (!commit) throw new Refusal('UNPROCESSABLE', `No commit found for SHA: ${ref}`);
    const files = await diffFiles(forge.path, repository.git.dir, commit.parents[0] ?? emptyTree, commit.oid);
    const additions = files.reduce((total, file) => total + file.additions, 0);
    const deletions = files.reduce((total, file) => total + file.deletions, 0);
    const stats = { additions, deletions, total: additions + deletions };
    const shown = files.map((file) => viewFile(forge, repository, file, commit.oid));
    return c.json({ ...viewCommit(forge, repository, commit), stats, files: shown });
  });
  routes.get('/repos/:owner/:repo/compare/:ends{.+}', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents');
    const [from = '', to = '', ...rest] = parameter(c, 'ends').split('...');
    if (rest.length > 0 || from === '' || to === '') throw notFound();
    return c.json(await viewComparison(forge, repository, from, to));
  });
  routes.get('/repos/:owner/:repo/contents/:path{.*}?', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents');
    const commit = await mustBeCommit(repository, c.req.query('ref') ?? 'HEAD');
    const path = parameter(c, 'path').replace(/\/$/, '');
    if (path === '') return c.json(await viewFolder(forge, repository, commit.tree, ''));
    const entry = await findEntry(repository.git, commit.tree, path);
    if (!entry) throw notFound();
    if (entry.mode === modes.folder) return c.json(await viewFolder(forge, repository, entry.oid, `${path}/`));
    if (entry.mode === modes.submodule) throw notImplemented('the contents of submodules');
    const blob = await readObject(repository.git, entry.oid);
    if (!blob) throw notFound();
    return wantsRaw(c) ? rawAnswer(blob.content) : c.json(viewContent(forge, repository, entry, path, blob.content));
  });
}

function relation(ahead: number, behind: number): 'identical' | 'ahead' | 'behind' | 'diverged' {
  if (ahead === 0) return behind === 0 ? 'identical' : 'behind';
  return behind === 0 ? 'ahead' : 'diverged';
}

async function viewComparison(forge: Forge, repository: Repository, from: string, to: string) {
  const base = await mustBeCommit(repository, from);
  const head = await mustBeCommit(repository, to);
  const common = await mergeBase(repository.git, base.oid, head.oid);
  if (common === undefined) throw notFound();
  const ahead = (await commitsBeyond(repository.git, base.oid, head.oid)).reverse();
  const behind = await commitsBeyond(repository.git, head.oid, base.oid);
  const files = await diffFiles(forge.path, repository.git.dir, common, head.oid);
  return {
    url: apiUrl(forge, `/repos/${fullName(repository)}/compare/${from}...${to}`),
    base_commit: viewCommit(forge, repository, base),
    merge_base_commit: viewCommit(forge, repository, await mustBeCommit(repository, common)),
    status: relation(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: ahead.map((commit) => viewCommit(forge, repository, commit)),
    files: files.map((file) => viewFile(forge, repository, file, head.oid)),
  };
}

function viewEntry(forge: Forge, repository: Repository, entry: TreeEntry, path: string) {
  const type = { tree: 'dir', commit: 'submodule', blob: entry.mode === modes.symlink ? 'symlink' : 'file' }[
    entryType(entry)
  ];
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  const url = apiUrl(forge, `/repos/${fullName(repository)}/contents/${escaped}`);
  return { type, name: entry.name, path, sha: entry.oid, url };
}

async function viewFolder(forge: Forge, repository: Repository, tree: string, prefix: string) {
  const entries = (await readTree(repository.git, tree)) ?? [];
  const sizes = entries.map(async (entry) =>
    entryType(entry) === 'blob' ? ((await readObject(repository.git, entry.oid))?.content.length ?? 0) : 0,
  );
  const found = await Promise.all(sizes);
  return entries.map((entry, index) => ({
    ...viewEntry(forge, repository, entry, prefix + entry.name),
    size: found[index],
  }));
}

/** GitHub gives no content in JSON above 1 MB (`encoding: none`); the raw media type does. */
const longestJson = 1024 * 1024;

function viewContent(forge: Forge, repository: Repository, entry: TreeEntry, path: string, content: Buffer) {
  const view = { ...viewEntry(forge, repository, entry, path), size: content.length };
  if (entry.mode === modes.symlink) return { ...view, target: content.toString() };
  if (content.length > longestJson) return { ...view, encoding: 'none', content: '' };
  return { ...view, encoding: 'base64', content: lines(content.toString('base64')) };
}

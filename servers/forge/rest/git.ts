import { z } from 'zod';
import { updateBranches } from '../branches.ts';
import type { Forge } from '../forge.ts';
import { readCommit } from '../git/commits.ts';
import { readObject } from '../git/objects.ts';
import { listRefs, readRef } from '../git/refs.ts';
import { entryType, type LocatedEntry, readTree, walkTree } from '../git/trees.ts';
import { nodeId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import { fullName, type Repository } from '../repositories.ts';
import { resolveRevision } from '../revisions.ts';
import { apiUrl, bodyOf, notFound, parameter, type Routes, rawAnswer, repositoryOf, wantsRaw } from './kit.ts';
import { viewGitCommit, viewRef } from './views.ts';

const newRefSchema = z.strictObject({ ref: z.string(), sha: z.string() });
const refUpdateSchema = z.strictObject({ sha: z.string(), force: z.boolean().default(false) });

/** More entries than this and GitHub cuts a recursive tree. */
const mostEntries = 100_000;

const folders = { tree: 'trees', blob: 'blobs', commit: 'commits' } as const;

async function viewEntry(forge: Forge, repository: Repository, entry: LocatedEntry) {
  const type = entryType(entry);
  const url = apiUrl(forge, `/repos/${fullName(repository)}/git/${folders[type]}/${entry.oid}`);
  const view = { path: entry.path, mode: entry.mode.toString(8).padStart(6, '0'), type, sha: entry.oid, url };
  if (type !== 'blob') return view;
  return { ...view, size: (await readObject(repository.git, entry.oid))?.content.length ?? 0 };
}

export async function viewTree(forge: Forge, repository: Repository, sha: string, recursive: boolean) {
  const base = `/repos/${fullName(repository)}/git`;
  const entries = recursive
    ? await walkTree(repository.git, sha)
    : ((await readTree(repository.git, sha)) ?? []).map((entry) => ({ ...entry, path: entry.name }));
  const tree = await Promise.all(entries.slice(0, mostEntries).map((entry) => viewEntry(forge, repository, entry)));
  return { sha, url: apiUrl(forge, `${base}/trees/${sha}`), tree, truncated: entries.length > mostEntries };
}

async function treeOf(repository: Repository, revision: string): Promise<string> {
  const oid = await resolveRevision(repository, revision);
  const object = oid === undefined ? undefined : await readObject(repository.git, oid);
  if (oid === undefined || !object) throw notFound();
  if (object.type === 'tree') return oid;
  const commit = await readCommit(repository.git, oid);
  if (!commit) throw notFound();
  return commit.tree;
}

/** GitHub's "git database": objects and refs. */
export function gitRoutes(forge: Forge, routes: Routes): void {
  refRoutes(forge, routes);
  routes.get('/repos/:owner/:repo/git/commits/:sha', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents');
    const commit = await readCommit(repository.git, parameter(c, 'sha'));
    if (!commit) throw notFound();
    return c.json(viewGitCommit(forge, repository, commit));
  });
  routes.get('/repos/:owner/:repo/git/trees/:sha{.+}', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents');
    const tree = await treeOf(repository, parameter(c, 'sha'));
    return c.json(await viewTree(forge, repository, tree, c.req.query('recursive') !== undefined));
  });
  routes.get('/repos/:owner/:repo/git/blobs/:sha', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents');
    const sha = parameter(c, 'sha');
    const blob = await readObject(repository.git, sha);
    if (blob?.type !== 'blob') throw notFound();
    if (wantsRaw(c)) return rawAnswer(blob.content);
    return c.json({
      sha,
      node_id: nodeId('Blob', repository.id, sha),
      size: blob.content.length,
      url: apiUrl(forge, `/repos/${fullName(repository)}/git/blobs/${sha}`),
      content: lines(blob.content.toString('base64')),
      encoding: 'base64',
    });
  });
}

/** Base64 as GitHub writes it: lines of 60, each ended. */
export const lines = (base64: string): string => base64.replace(/.{1,60}/g, '$&\n');

function refRoutes(forge: Forge, routes: Routes): void {
  routes.get('/repos/:owner/:repo/git/ref/:ref{.+}', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents');
    const name = `refs/${parameter(c, 'ref')}`;
    const oid = await readRef(repository.git.dir, name);
    if (oid === undefined) throw notFound();
    return c.json(viewRef(forge, repository, name, oid));
  });
  routes.get('/repos/:owner/:repo/git/matching-refs/:ref{.+}', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents');
    const refs = await listRefs(repository.git.dir, `refs/${parameter(c, 'ref')}`);
    return c.json(refs.map((ref) => viewRef(forge, repository, ref.name, ref.oid)));
  });
  routes.post('/repos/:owner/:repo/git/refs', async (c) => {
    const { repository, token } = repositoryOf(forge, c, 'contents', 'write');
    const { ref, sha } = await bodyOf(c, newRefSchema);
    if ((await readRef(repository.git.dir, ref)) !== undefined)
      throw new Refusal('UNPROCESSABLE', 'Reference already exists');
    await updateBranches(forge, token, repository, [{ name: ref, before: null, after: sha, force: false }]);
    return c.json(viewRef(forge, repository, ref, sha), 201);
  });
  routes.patch('/repos/:owner/:repo/git/refs/:ref{.+}', async (c) => {
    const { repository, token } = repositoryOf(forge, c, 'contents', 'write');
    const name = `refs/${parameter(c, 'ref')}`;
    const { sha, force } = await bodyOf(c, refUpdateSchema);
    if ((await readRef(repository.git.dir, name)) === undefined)
      throw new Refusal('UNPROCESSABLE', 'Reference does not exist');
    await updateBranches(forge, token, repository, [{ name, after: sha, force }]);
    return c.json(viewRef(forge, repository, name, sha));
  });
  routes.delete('/repos/:owner/:repo/git/refs/:ref{.+}', async (c) => {
    const { repository, token } = repositoryOf(forge, c, 'contents', 'write');
    const name = `refs/${parameter(c, 'ref')}`;
    await updateBranches(forge, token, repository, [{ name, after: null, force: true }]);
    return c.body(null, 204);
  });
}

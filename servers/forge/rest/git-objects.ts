import { z } from 'zod';
import { requirePermission } from '../access.ts';
import { bot, forgeCommitter } from '../accounts.ts';
import { isFilePath } from '../commit-on-branch.ts';
import type { Forge } from '../forge.ts';
import { makeCommit, mustReadCommit, readCommit } from '../git/commits.ts';
import { makeObject, type NewObject, readObject, writeObjects } from '../git/objects.ts';
import { editTree, findEntry, readTree } from '../git/trees.ts';
import { Refusal } from '../refusal.ts';
import { fullName, type Repository } from '../repositories.ts';
import type { TokenGrant } from '../tokens.ts';
import { isWorkflowPath } from '../workflows.ts';
import { viewTree } from './git.ts';
import { apiUrl, bodyOf, type Routes, repositoryOf } from './kit.ts';
import { viewGitCommit } from './views.ts';

const newBlob = z.strictObject({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).default('utf-8') });

const newEntry = z.strictObject({
  path: z.string(),
  mode: z.enum(['100644', '100755', '120000']),
  type: z.literal('blob').default('blob'),
  sha: z.string().nullish(),
  content: z.string().optional(),
});
type NewEntry = z.infer<typeof newEntry>;
const newTree = z.strictObject({ base_tree: z.string().optional(), tree: z.array(newEntry).min(1) });

const newCommit = z.strictObject({
  message: z.string().min(1),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: z.strictObject({ name: z.string(), email: z.string() }).optional(),
});

const unprocessable = (message: string): Refusal => new Refusal('UNPROCESSABLE', message);

/** Makes objects that no ref leads to. They are on disk when the answer goes out. */
export function gitObjectRoutes(forge: Forge, routes: Routes): void {
  routes.post('/repos/:owner/:repo/git/blobs', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents', 'write');
    const { content, encoding } = await bodyOf(c, newBlob);
    const blob = makeObject('blob', Buffer.from(content, encoding));
    await writeObjects(repository.git, [blob]);
    return c.json({ sha: blob.oid, url: apiUrl(forge, `/repos/${fullName(repository)}/git/blobs/${blob.oid}`) }, 201);
  });
  routes.post('/repos/:owner/:repo/git/trees', async (c) => {
    const { repository, token } = repositoryOf(forge, c, 'contents', 'write');
    const { base_tree: base, tree } = await bodyOf(c, newTree);
    const oid = await addTree(repository, token, base, tree);
    return c.json(await viewTree(forge, repository, oid, false), 201);
  });
  routes.post('/repos/:owner/:repo/git/commits', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents', 'write');
    const commit = await addCommit(forge, repository, await bodyOf(c, newCommit));
    return c.json(viewGitCommit(forge, repository, await mustReadCommit(repository.git, commit)), 201);
  });
}

async function addTree(
  repository: Repository,
  token: TokenGrant,
  base: string | undefined,
  entries: readonly NewEntry[],
): Promise<string> {
  if (base !== undefined && !(await readTree(repository.git, base)))
    throw unprocessable('base_tree is not a valid tree');
  const edits = new Map<string, { oid: string; mode: number } | undefined>();
  const blobs = entries.flatMap(({ content }) => (content === undefined ? [] : [blobOf(content)]));
  for (const entry of entries) {
    checkPath(token, entry.path);
    if (edits.has(entry.path)) throw unprocessable('tree.path is named more than once');
    edits.set(entry.path, await editOf(repository, base, entry));
  }
  const made = await editTree(repository.git, base, edits);
  await writeObjects(repository.git, [...blobs, ...made.objects]);
  return made.oid;
}

const blobOf = (content: string): NewObject => makeObject('blob', Buffer.from(content));

/** Only a token that may write workflows adds them: a branch could be made at what is built here. */
function checkPath(token: TokenGrant, path: string): void {
  if (!isFilePath(path)) throw unprocessable('tree.path contains a malformed path component');
  if (isWorkflowPath(path)) requirePermission(token, 'workflows', 'write');
}

async function editOf(
  repository: Repository,
  base: string | undefined,
  { path, mode, sha, content }: NewEntry,
): Promise<{ oid: string; mode: number } | undefined> {
  if (sha === null) {
    const there = base === undefined ? undefined : await findEntry(repository.git, base, path);
    if (!there) throw unprocessable('GitRPC::BadObjectState');
    return undefined;
  }
  if ((sha === undefined) === (content === undefined))
    throw unprocessable('Must supply either tree.sha or tree.content');
  const oid = sha ?? blobOf(content ?? '').oid;
  if (sha !== undefined && (await readObject(repository.git, sha))?.type !== 'blob')
    throw unprocessable(`tree.sha ${sha} is not a valid blob`);
  return { oid, mode: Number.parseInt(mode, 8) };
}

/** Signed where no author is named, as GitHub does for an App. */
async function addCommit(forge: Forge, repository: Repository, wanted: z.infer<typeof newCommit>): Promise<string> {
  const { message, tree, parents } = wanted;
  if (!(await readTree(repository.git, tree))) throw unprocessable('Tree SHA does not exist');
  for (const parent of parents) {
    if (!(await readCommit(repository.git, parent)))
      throw unprocessable('Parent SHA does not exist or is not a commit object');
  }
  const time = { seconds: Math.floor(forge.now() / 1000), offset: '+0000' };
  const named = wanted.author && { ...wanted.author, ...time };
  const author = named ?? { name: bot.name, email: bot.email, ...time };
  const committer = named ?? { ...forgeCommitter, ...time };
  const commit = makeCommit(
    { tree, parents, author, committer, message },
    named === undefined ? forge.signer.sign : undefined,
  );
  await writeObjects(repository.git, [commit]);
  return commit.oid;
}

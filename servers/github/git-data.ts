import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { blobOid } from '#capabilities/repo/blob.ts';
import { oid } from '#capabilities/repo/types.ts';
import type { RepoWriter, TreeChange } from '#capabilities/repo-write/ports.ts';
import { notDone, writeError } from '#shared/github/errors.ts';
import { repositoryName } from '#shared/github/names.ts';
import type { Upload } from '#shared/http/upload.ts';
import { NotDone } from '#shared/tools/index.ts';
import { treeRequests } from './tree-requests.ts';

/** The requests that build commits, with a token that can write, below the limits, and never sent twice. */
export type BuildRequests = {
  readonly get: (segments: readonly string[]) => Promise<unknown>;
  readonly post: (segments: readonly string[], body: unknown, uploads?: readonly Upload[]) => Promise<unknown>;
  readonly delete: (segments: readonly string[], body: unknown) => Promise<unknown>;
};

type Build = RepoWriter['buildCommit'];
type Sent = { readonly rest: BuildRequests; readonly base: readonly string[] };

/**
 * Builds commits with GitHub's REST API for git objects, which sets modes that createCommitOnBranch cannot. What an App makes
 * without naming author or committer GitHub signs: https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots
 */
export function commitBuilder(rest: BuildRequests): Build {
  return async (input) => {
    try {
      const { owner, name } = repositoryName(input.repository.name);
      const sent = { rest, base: ['repos', owner, name, 'git'] };
      const base = input.baseTree ?? (await treeOf(sent, input.parent));
      const tree = await buildTree(sent, base, input.entries);
      return await makeCommit(sent, { tree, parent: input.parent, message: input.message });
    } catch (error) {
      throw nothingSeen(error);
    }
  };
}

/** Objects that nothing refers to are as good as none: not even a lost answer leaves anything in doubt. */
function nothingSeen(error: unknown): NotDone {
  const told = writeError(error, '');
  return told instanceof NotDone ? told : notDone('unavailable', told.cause);
}

const tree = z.object({ tree: z.object({ sha: oid }) });

async function treeOf({ rest, base }: Sent, commit: string): Promise<string> {
  return parsed(tree, await rest.get([...base, 'commits', commit])).tree.sha;
}

const newTree = z.object({ sha: oid, tree: z.array(z.object({ path: z.string(), sha: oid })) });

async function buildTree(sent: Sent, base: string, changes: readonly TreeChange[]): Promise<string> {
  const { uploads, requests } = treeRequests(changes);
  await inParallel(uploads, (bytes) => makeBlob(sent, bytes));
  let at = base;
  for (const { entries, ids } of requests) {
    const body = { base_tree: at, tree: entries };
    const made = parsed(newTree, await sent.rest.post([...sent.base, 'trees'], body));
    // Only the entries of the root come back; of these it is seen whether text was stored as it was sent.
    const other = made.tree.find(({ path, sha }) => (ids.get(path) ?? sha) !== sha);
    if (other !== undefined) throw notDone('refused', new Error('a file was stored with other bytes'));
    at = made.sha;
  }
  return at;
}

const blob = z.object({ sha: oid });

async function makeBlob({ rest, base }: Sent, bytes: Uint8Array): Promise<void> {
  const token = randomUUID();
  const body = { content: token, encoding: 'base64' };
  const { sha } = parsed(blob, await rest.post([...base, 'blobs'], body, [{ token, bytes }]));
  if (sha !== blobOid(bytes)) throw notDone('refused', new Error('a blob was stored with other bytes'));
}

const commit = z.object({
  sha: oid,
  html_url: z.string(),
  ...tree.shape,
  parents: z.array(z.object({ sha: oid })),
  verification: z.object({ verified: z.boolean() }).nullish().catch(null),
});

async function makeCommit(
  { rest, base }: Sent,
  wanted: { readonly tree: string; readonly parent: string; readonly message: string },
): ReturnType<Build> {
  const body = { message: wanted.message, tree: wanted.tree, parents: [wanted.parent] };
  const made = parsed(commit, await rest.post([...base, 'commits'], body));
  const isAsAsked = made.tree.sha === wanted.tree && made.parents.map(({ sha }) => sha).join() === wanted.parent;
  if (!isAsAsked) throw notDone('refused', new Error('the commit is another than was asked for'));
  const { sha, html_url: url, verification } = made;
  return { oid: sha, tree: wanted.tree, url, verified: verification?.verified ?? false };
}

function parsed<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (!result.success) throw notDone('unavailable', new Error('unexpected answer of GitHub'));
  return result.data;
}

/** Uploads that are under way at the same time. */
const mostAtOnce = 4;

/** After a failure no further one is begun. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
      await work(item).catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: mostAtOnce }, worker));
}

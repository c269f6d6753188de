import { Buffer } from 'node:buffer';
import { maxFileBytes } from '#capabilities/repo-write/file-plan.ts';
import { AppError } from '#shared/errors.ts';
import type { JsonObject } from '#shared/tools/index.ts';
import { chainOf } from './chain.ts';
import { type ChangedFile, pushedTrees } from './changed-files.ts';
import type { Fetchable } from './fetchable.ts';
import { type PushLimits, pushLimits } from './limits.ts';
import { readPack } from './pack.ts';

/** What a push brings, as the tool takes it: on which commit, and commit by commit which files it writes. */
export type Pushed = { readonly parent: string; readonly tree: string; readonly commits: readonly JsonObject[] };

/**
 * Reads a pack that moves a branch from a commit (null for a new branch, which probably begins at `guess`) to another,
 * and finds out what each commit changes. Nothing of it is believed: ids are made from the bytes, and what the pack does
 * not bring must be something that the pusher could have fetched. Throws AppError.
 */
export async function analysePush(push: {
  readonly pack: Uint8Array;
  readonly to: string;
  readonly from: string | null;
  readonly guess: string | null;
  readonly fetchable: Fetchable;
  readonly limits?: PushLimits;
}): Promise<Pushed> {
  const { pack, to, from, fetchable, limits = pushLimits } = push;
  const near = from ?? push.guess;
  // What changed files are mostly made from is in the commit that they begin on.
  if (near !== null) await fetchable.list(near);
  const pushed = pack.byteLength === 0 ? new Map() : await readPack(pack, limits, fetchable.objects);
  const { parent, commits } = chainOf(pushed, { tip: to, from, most: limits.commits });
  if (from === null && !(await fetchable.leadsTo(parent))) throw unknownStart(parent);
  const listing = await fetchable.list(parent);
  const trees = pushedTrees({ pushed, listing, fetchable, limits });
  const found: { readonly commit: (typeof commits)[number]; readonly files: readonly ChangedFile[] }[] = [];
  let before = listing.tree;
  for (const commit of commits) {
    const files = await trees.between(before, commit.tree);
    if (files.length === 0) throw isEmpty(commit.oid);
    found.push({ commit, files });
    before = commit.tree;
  }
  await trees.prepare(found.flatMap(({ files }) => files.flatMap((file) => ('oid' in file ? [file.oid] : []))));
  const spend = contentBudget();
  const described: JsonObject[] = [];
  for (const { commit, files } of found) {
    const { tree, author, email, message } = commit;
    const changes: JsonObject[] = [];
    for (const file of files) {
      if ('delete' in file) changes.push({ path: file.path, delete: true });
      else {
        const bytes = await trees.blob(file.oid);
        spend(bytes.byteLength);
        changes.push({ path: file.path, mode: file.mode, base64: base64Of(bytes) });
      }
    }
    described.push({ message, author: { name: author, email }, tree, files: changes });
  }
  return { parent, tree: listing.tree, commits: described };
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function contentBudget(): (bytes: number) => void {
  let left = maxFileBytes;
  return (bytes) => {
    left -= bytes;
    if (left >= 0) return;
    throw new AppError('too_large', `The files of this push have more than ${maxFileBytes} bytes together.`, {
      next: 'Push fewer commits at once, or leave large files out.',
    });
  };
}

function unknownStart(parent: string): AppError {
  return new AppError('conflict', `The commits begin on ${parent}, which no branch leads to.`, {
    next: 'Run git fetch and git rebase onto the branch that they are for, then push again.',
  });
}

function isEmpty(oid: string): AppError {
  return new AppError(
    'unsupported',
    `Commit ${oid.slice(0, 12)} changes no file, so there is nothing to approve in it.`,
    {
      next: 'Leave it out (git rebase drops it), then push again.',
    },
  );
}

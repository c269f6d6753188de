import { readRef } from './git/refs.ts';
import { notImplemented } from './refusal.ts';
import type { Repository } from './repositories.ts';

/** The commit or other object that a revision names: an id, a branch, a tag, a full ref or HEAD. */
export async function resolveRevision(repository: Repository, revision: string): Promise<string | undefined> {
  if (/[~^@{]/.test(revision)) throw notImplemented(`the revision syntax of ${JSON.stringify(revision)}`);
  if (/^[0-9a-f]{40}$/.test(revision)) return revision;
  if (revision === 'HEAD') return readRef(repository.git.dir, `refs/heads/${repository.defaultBranch}`);
  for (const name of [revision, `refs/${revision}`, `refs/tags/${revision}`, `refs/heads/${revision}`]) {
    const oid = await readRef(repository.git.dir, name);
    if (oid !== undefined) return oid;
  }
  return undefined;
}

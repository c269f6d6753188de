import type { Forge } from './forge.ts';
import { readRef, updateRefs } from './git/refs.ts';
import { fullName, type Repository, repositoryById } from './repositories.ts';

export type Pull = {
  id: number;
  repository: number;
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  draft: boolean;
  headRef: string;
  headOid: string;
  baseRef: string;
  /** Where the base branch was when the pull request was made or its head or base last moved. */
  baseOid: string;
  author: string;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  /** What merging it left on the base branch, and where that was before; null while it is not merged. */
  merge: { oid: string; before: string; by: string; at: string } | null;
};

type Row = {
  id: number;
  repository: number;
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  draft: 0 | 1;
  head_ref: string;
  head_oid: string;
  base_ref: string;
  base_oid: string;
  author: string;
  created_at: string;
  updated_at: string;
  closed_at: string | null;
  merged_oid?: string | null;
  merged_before?: string | null;
  merged_by?: string | null;
  merged_at?: string | null;
};

const toPull = (row: Row): Pull => ({
  id: row.id,
  repository: row.repository,
  number: row.number,
  title: row.title,
  body: row.body,
  state: row.state,
  draft: row.draft === 1,
  headRef: row.head_ref,
  headOid: row.head_oid,
  baseRef: row.base_ref,
  baseOid: row.base_oid,
  author: row.author,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  closedAt: row.closed_at,
  merge: mergeOf(row),
});

function mergeOf({ merged_oid, merged_before, merged_by, merged_at }: Row): Pull['merge'] {
  if (merged_oid == null) return null;
  return { oid: merged_oid, before: merged_before ?? '', by: merged_by ?? '', at: merged_at ?? '' };
}

export const branchRef = (branch: string): string => `refs/heads/${branch}`;

/** Keeps the commits of a pull request reachable after its branch is gone, as on GitHub. */
const pullRef = (number: number): string => `refs/pull/${number}/head`;

export const timestamp = (forge: Forge): string => `${new Date(forge.now()).toISOString().slice(0, 19)}Z`;

/** All pull requests of a repository, newest first, as the branches are now. Not for a task that holds the repository. */
export async function listPulls(forge: Forge, repository: Repository): Promise<Pull[]> {
  if (await hasDrifted(forge, repository)) {
    await forge.locks.run(fullName(repository), () => syncPulls(forge, repository));
  }
  return storedPulls(forge, repository);
}

/** The pull requests as they were last stored, newest first. */
export function storedPulls(forge: Forge, repository: Repository): Pull[] {
  const rows = forge.db.prepare<[number], Row>(`
    select pull.*, merged_pull.oid as merged_oid, before as merged_before, by as merged_by, at as merged_at
    from pull left join merged_pull on merged_pull.pull = pull.id where repository = ? order by number desc`);
  return rows.all(repository.id).map(toPull);
}

async function hasDrifted(forge: Forge, repository: Repository): Promise<boolean> {
  for (const pull of storedPulls(forge, repository)) {
    if (pull.state === 'open' && (await readRef(repository.git.dir, branchRef(pull.headRef))) !== pull.headOid)
      return true;
  }
  return false;
}

export async function findPull(forge: Forge, repository: Repository, number: number): Promise<Pull | undefined> {
  return (await listPulls(forge, repository)).find((pull) => pull.number === number);
}

/** A pull request by the id that its node id carries, with its repository. */
export async function findPullById(
  forge: Forge,
  id: number,
): Promise<{ repository: Repository; pull: Pull } | undefined> {
  const row = forge.db.prepare<[number], { repository: number }>('select repository from pull where id = ?').get(id);
  const repository = row && repositoryById(forge, row.repository);
  const pull = repository && (await listPulls(forge, repository)).find((each) => each.id === id);
  return repository && pull ? { repository, pull } : undefined;
}

/**
 * Lets open pull requests follow their branches: a moved head moves them, a deleted one closes them. Only for a task
 * that holds the repository.
 */
export async function syncPulls(forge: Forge, repository: Repository): Promise<void> {
  for (const pull of storedPulls(forge, repository)) {
    if (pull.state === 'closed') continue;
    const head = await readRef(repository.git.dir, branchRef(pull.headRef));
    if (head === undefined) savePull(forge, { ...pull, state: 'closed', closedAt: timestamp(forge) });
    else if (head !== pull.headOid) await moveHead(forge, repository, pull, head);
  }
}

async function moveHead(forge: Forge, repository: Repository, pull: Pull, head: string): Promise<void> {
  await updateRefs(repository.git.dir, [{ name: pullRef(pull.number), after: head }]);
  const base = await readRef(repository.git.dir, branchRef(pull.baseRef));
  savePull(forge, { ...pull, headOid: head, baseOid: base ?? pull.baseOid });
}

/** Stores what may change of a pull request, and when it did. */
export function savePull(forge: Forge, pull: Pull): Pull {
  const updatedAt = timestamp(forge);
  forge.db
    .prepare(
      `update pull set title = ?, body = ?, state = ?, draft = ?, head_oid = ?, base_ref = ?, base_oid = ?,
       updated_at = ?, closed_at = ? where id = ?`,
    )
    .run(
      pull.title,
      pull.body,
      pull.state,
      pull.draft ? 1 : 0,
      pull.headOid,
      pull.baseRef,
      pull.baseOid,
      updatedAt,
      pull.closedAt,
      pull.id,
    );
  return { ...pull, updatedAt };
}

/** Takes the next number and stores a new open pull request under it. `keep` puts its commits under the number first. */
export async function insertPull(
  forge: Forge,
  repository: Repository,
  pull: Pick<Pull, 'title' | 'body' | 'draft' | 'headRef' | 'headOid' | 'baseRef' | 'baseOid' | 'author'>,
): Promise<Pull> {
  const taken = forge.db
    .prepare<[number], { number: number }>(
      'update repository set last_number = last_number + 1 where id = ? returning last_number as number',
    )
    .get(repository.id);
  const number = taken?.number ?? 0;
  await updateRefs(repository.git.dir, [{ name: pullRef(number), after: pull.headOid }]);
  const time = timestamp(forge);
  const row = forge.db
    .prepare<unknown[], Row>(
      `insert into pull (repository, number, title, body, state, draft, head_ref, head_oid, base_ref, base_oid, author,
       created_at, updated_at) values (?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?) returning *`,
    )
    .get(
      repository.id,
      number,
      pull.title,
      pull.body,
      pull.draft ? 1 : 0,
      pull.headRef,
      pull.headOid,
      pull.baseRef,
      pull.baseOid,
      pull.author,
      time,
      time,
    );
  if (!row) throw new Error('the pull request was not stored');
  return toPull(row);
}

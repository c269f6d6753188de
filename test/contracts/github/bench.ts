import { randomBytes } from 'node:crypto';
import { vi } from 'vitest';
import type { RepoReader, Repository } from '#capabilities/repo-read/ports.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import { removeBranches } from './clean-up.ts';
import { start } from './content.ts';
import { patient } from './patient.ts';
import type { Place } from './place.ts';
import { assertScratch } from './scratch.ts';

/** What the tests of the contract share: a branch of their own in the scratch repository, and how to write there. */
export type Bench = {
  readonly place: Place;
  readonly reader: RepoReader;
  readonly name: string;
  readonly repository: Repository;
  /** What every branch of this run begins with. */
  readonly prefix: string;
  /** The branch that tests begin at, with the content that content.ts says. */
  readonly base: { readonly name: string; readonly oid: string };
  readonly writer: (tool?: string) => Promise<RepoWriter>;
  /** A new branch at a commit, the head of `base` unless given. */
  readonly newBranch: (write: RepoWriter, oid?: string) => Promise<string>;
  /** A pull request onto `base` with one file, said.txt. */
  readonly newPull: (write: RepoWriter, draft?: boolean) => Promise<NewPull>;
  /** Waits until what was written is read. */
  readonly settled: <T>(check: () => Promise<T>) => Promise<T>;
  /** Deletes every branch of this run, which closes their pull requests, and ends the tokens. */
  readonly close: () => Promise<void>;
};

export type NewPull = {
  readonly number: number;
  readonly nodeId: string;
  readonly branch: string;
  readonly head: string;
};

/** Makes the branch that tests begin at. Throws before anything is written where the repository is no scratch one. */
export async function openBench(place: Place): Promise<Bench> {
  const { reader, door } = place.backend;
  const repository = await reader.repository(place.repository);
  assertScratch(repository);
  const { name } = repository;
  const prefix = `countersign-contract/${randomBytes(4).toString('hex')}`;
  const target = { repositoryId: repository.id, repository: name };
  const writer = async (tool = 'commit_files'): Promise<RepoWriter> =>
    patient(await door.open(mintPermit({ changeId: `chg_${tool}`, tool, step: 'step', target })), place.paceMs);
  const tools = new Set<string>(['commit_files']);
  let branches = 0;
  const newBranch: Bench['newBranch'] = async (write, oid = base.oid) => {
    const branch = `${prefix}/${++branches}`;
    await write.createBranch({ repository, branch, oid });
    return branch;
  };
  const newPull: Bench['newPull'] = async (write, draft = true) => {
    const branch = await newBranch(write);
    const head = await commitTo(write, { repository, branch, head: base.oid, files: { 'said.txt': `${branch}\n` } });
    const about = { repository, head: branch, base: base.name, title: 'T', body: 'B', draft };
    return { ...(await write.openPullRequest(about)), branch, head: head.oid };
  };
  const settled: Bench['settled'] = (check) => vi.waitFor(check, { timeout: place.settleMs, interval: 250 });
  const close = async (): Promise<void> => {
    try {
      await removeBranches({ reader, write: await writer(), repository, prefix });
    } finally {
      await Promise.all([...tools].map((tool) => door.done(`chg_${tool}`)));
      await place.bystander.close();
      await place.backend.close();
    }
  };
  const opening = (tool?: string): Promise<RepoWriter> => {
    if (tool !== undefined) tools.add(tool);
    return writer(tool);
  };
  const base = await start({ reader, write: await writer(), repository, prefix }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { place, reader, name, repository, prefix, base, writer: opening, newBranch, newPull, settled, close };
}

/** One commit of these files on a branch. */
export async function commitTo(
  write: RepoWriter,
  {
    repository,
    branch,
    head,
    files,
    deletions = [],
  }: {
    readonly repository: Repository;
    readonly branch: string;
    readonly head: string;
    readonly files: Readonly<Record<string, string | Uint8Array>>;
    readonly deletions?: readonly string[];
  },
) {
  const additions = Object.entries(files).map(([path, content]) => ({ path, bytes: Buffer.from(content) }));
  const message = { headline: 'Change', body: 'Why.' };
  return write.commit({ repository, branch, expectedHead: head, ...message, additions, deletions });
}

/** Some commit's id that no repository has. */
export const nowhere = 'b'.repeat(40);

import { Buffer } from 'node:buffer';
import { forgeCommitter } from '../../accounts.ts';
import { type Arrangement, arrangedFor, arrangement } from '../../arrangement.ts';
import { isoTime, mustReadCommit, splitMessage } from '../../git/commits.ts';
import { diffFiles, emptyTree } from '../../git/diff.ts';
import { walkHistory } from '../../git/history.ts';
import { readObject } from '../../git/objects.ts';
import { entryType, findEntry, readTree } from '../../git/trees.ts';
import { nodeId } from '../../ids.ts';
import { notImplemented } from '../../refusal.ts';
import { fullName } from '../../repositories.ts';
import { verify } from '../../verification.ts';
import { type PageArgs, pageOf, pageOfWalk } from '../connection.ts';
import type { Context, Fields } from '../field.ts';
import {
  type BlobSource,
  type CommitSource,
  commitSource,
  objectSource,
  type RefSource,
  repositorySource,
  type TreeEntrySource,
  type TreeSource,
} from '../sources.ts';
import { statusCheckRollup } from './checks.ts';

/** GitHub cuts the text of a blob at 512 KB and says so. */
const longestText = 512 * 1024;

type HistoryArgs = PageArgs & { path?: string | null; author?: unknown; since?: unknown; until?: unknown };

async function history({ repository, commit }: CommitSource, args: HistoryArgs) {
  if (args.author != null || args.since != null || args.until != null) {
    throw notImplemented('the arguments author, since and until of Commit.history');
  }
  async function* walk() {
    for await (const each of walkHistory(repository.git, commit.oid, args.path ?? undefined))
      yield commitSource(repository, each);
  }
  return pageOfWalk(walk, args, 'history');
}

async function changes({ repository, commit }: CommitSource, { forge }: Context) {
  return diffFiles(forge.path, repository.git.dir, commit.parents[0] ?? emptyTree, commit.oid);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const commitUrl = ({ repository, commit }: CommitSource, _: unknown, { forge }: Context): string =>
  `${forge.site.url}/${fullName(repository)}/commit/${commit.oid}`;

function signature({ commit }: CommitSource, _: unknown, { forge }: Context) {
  const found = verify(forge.signer, commit);
  return found.signature === null
    ? null
    : { typename: 'SshSignature', ...found, email: commit.committer.email, signer: forge.signer };
}

type Protection = Arrangement['protection'][string];

type SignatureSource = Exclude<ReturnType<typeof signature>, null>;

const signatureState = (source: SignatureSource): string => source.reason.toUpperCase();

const isBinary = (content: Buffer): boolean => content.subarray(0, 8000).includes(0) || !isUtf8(content);
const isUtf8 = (content: Buffer): boolean => Buffer.from(content.toString('utf8')).equals(content);

const objectFields = (kind: 'Tree' | 'Blob') => ({
  id: ({ repository, oid }: TreeSource | BlobSource) => nodeId(kind, repository.id, oid),
  oid: ({ oid }: TreeSource | BlobSource) => oid,
  abbreviatedOid: ({ oid }: TreeSource | BlobSource) => oid.slice(0, 7),
  repository: ({ repository }: TreeSource | BlobSource) => repositorySource(repository),
});

export const gitFields: Fields = {
  Ref: {
    id: ({ repository, name }: RefSource) => nodeId('Ref', repository.id, name),
    name: ({ name }: RefSource) => name.split('/').slice(2).join('/'),
    prefix: ({ name }: RefSource) => `${name.split('/').slice(0, 2).join('/')}/`,
    target: ({ repository, oid }: RefSource) => objectSource(repository, oid),
    repository: ({ repository }: RefSource) => repositorySource(repository),
    refUpdateRule: ({ repository, name }: RefSource, _: unknown, { forge }: Context) =>
      name === `refs/heads/${repository.defaultBranch}`
        ? (arrangedFor(arrangement(forge).protection, fullName(repository)) ?? null)
        : null,
  },
  // Whoever is held by such a rule can neither delete the branch nor push to it by force.
  RefUpdateRule: {
    allowsDeletions: () => false,
    allowsForcePushes: () => false,
    requiredApprovingReviewCount: ({ reviews }: Protection) => reviews,
    requiredStatusCheckContexts: ({ checks }: Protection) => checks,
    requiresSignatures: ({ signatures }: Protection) => signatures,
  },
  Commit: {
    id: ({ repository, commit }: CommitSource) => nodeId('Commit', repository.id, commit.oid),
    oid: ({ commit }: CommitSource) => commit.oid,
    abbreviatedOid: ({ commit }: CommitSource) => commit.oid.slice(0, 7),
    repository: ({ repository }: CommitSource) => repositorySource(repository),
    message: ({ commit }: CommitSource) => commit.message,
    messageHeadline: ({ commit }: CommitSource) => splitMessage(commit.message).headline,
    messageBody: ({ commit }: CommitSource) => splitMessage(commit.message).body,
    author: ({ commit }: CommitSource) => commit.author,
    committer: ({ commit }: CommitSource) => commit.committer,
    authoredDate: ({ commit }: CommitSource) => isoTime(commit.author),
    committedDate: ({ commit }: CommitSource) => isoTime(commit.committer),
    committedViaWeb: ({ commit }: CommitSource) => commit.committer.email === forgeCommitter.email,
    signature,
    tree: ({ repository, commit }: CommitSource) => objectSource(repository, commit.tree),
    file: async ({ repository, commit }: CommitSource, args: { path: string }) => {
      const entry = await findEntry(repository.git, commit.tree, args.path);
      return entry ? { repository, entry, path: args.path } : null;
    },
    parents: async ({ repository, commit }: CommitSource, args: PageArgs) => {
      const parents = await Promise.all(commit.parents.map((oid) => mustReadCommit(repository.git, oid)));
      return pageOf(
        parents.map((each) => commitSource(repository, each)),
        args,
        'parents',
      );
    },
    history,
    statusCheckRollup,
    changedFilesIfAvailable: async (source: CommitSource, _: unknown, context: Context) =>
      (await changes(source, context)).length,
    additions: async (source: CommitSource, _: unknown, context: Context) =>
      sum((await changes(source, context)).map((file) => file.additions)),
    deletions: async (source: CommitSource, _: unknown, context: Context) =>
      sum((await changes(source, context)).map((file) => file.deletions)),
    url: commitUrl,
    commitUrl,
  },
  SshSignature: {
    email: (source: SignatureSource) => source.email,
    isValid: (source: SignatureSource) => source.verified,
    payload: (source: SignatureSource) => source.payload,
    signature: (source: SignatureSource) => source.signature,
    state: signatureState,
    signer: () => null,
    wasSignedByGitHub: (source: SignatureSource) => source.verified,
    keyFingerprint: (source: SignatureSource) => (source.verified ? source.signer.fingerprint : null),
  },
  Tree: {
    ...objectFields('Tree'),
    entries: async ({ repository, oid }: TreeSource) => {
      const entries = (await readTree(repository.git, oid)) ?? [];
      return entries.map((entry): TreeEntrySource => ({ repository, entry, path: entry.name }));
    },
  },
  TreeEntry: {
    name: ({ entry }: TreeEntrySource) => entry.name,
    nameRaw: ({ entry }: TreeEntrySource) => entry.raw.toString('base64'),
    path: ({ path }: TreeEntrySource) => path,
    mode: ({ entry }: TreeEntrySource) => entry.mode,
    type: ({ entry }: TreeEntrySource) => entryType(entry),
    oid: ({ entry }: TreeEntrySource) => entry.oid,
    size: async ({ repository, entry }: TreeEntrySource) =>
      entryType(entry) === 'blob' ? ((await readObject(repository.git, entry.oid))?.content.length ?? 0) : 0,
    object: ({ repository, entry }: TreeEntrySource) =>
      entryType(entry) === 'commit' ? null : objectSource(repository, entry.oid),
    repository: ({ repository }: TreeEntrySource) => repositorySource(repository),
  },
  Blob: {
    ...objectFields('Blob'),
    byteSize: ({ content }: BlobSource) => content.length,
    isBinary: ({ content }: BlobSource) => isBinary(content),
    isTruncated: ({ content }: BlobSource) => content.length > longestText,
    text: ({ content }: BlobSource) => (isBinary(content) ? null : content.subarray(0, longestText).toString('utf8')),
  },
};

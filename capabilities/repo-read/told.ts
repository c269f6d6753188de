import { fileThing, thingOf } from '#capabilities/repo/things.ts';
import type { PullRequest } from '#capabilities/repo/types.ts';
import type { Told, Trust } from '#shared/tools/index.ts';
import type { Place } from './locate.ts';

type Repository = Pick<Place, 'repository' | 'id'>;

/** A repository itself, or all of it. */
export function toldOfRepository({ repository, id }: Repository, revision: string | null = null): Told {
  return { thing: `repository:${id}`, name: repository, revision, rank: null, trust: 'trusted' };
}

/** A file of a commit, or what is in a folder ('' is the root). */
export function toldOfPath({ repository, id, commit, trust }: Place, path: string, kind: 'file' | 'folder'): Told {
  const name = path === '' ? repository : `${repository}:${path}`;
  const thing = kind === 'file' ? fileThing(id, path) : `folder:${id}/${path}`;
  return { thing, name, revision: commit, rank: null, trust };
}

/** What is said of a commit, by whatever runs there. */
export function toldOfCommit({ repository, id, commit, trust }: Place, revision: string): Told {
  return { thing: `commit:${id}/${commit}`, name: `${repository}@${commit.slice(0, 12)}`, revision, rank: null, trust };
}

/** What a job of CI wrote, which is about a commit. */
export function toldOfJob(at: Place, { id, name }: { readonly id: number; readonly name: string }): Told {
  const { repository, commit, trust } = at;
  return { thing: `job:${at.id}/${id}`, name: `${repository} job ${name}`, revision: commit, rank: null, trust };
}

/** Something of a pull request, at a state of it. */
export function toldOfPull(
  repository: string,
  { number, nodeId }: Pick<PullRequest, 'number' | 'nodeId'>,
  state: { readonly revision: string; readonly trust: Trust },
): Told {
  return { thing: thingOf({ pullRequest: { nodeId } }), name: `${repository}#${number}`, rank: null, ...state };
}

/** Whose commits a pull request is of: those of a branch of the repository itself were put there by who may write there. */
export function trustInCommits({ head }: Pick<PullRequest, 'head'>): Trust {
  return head.includes(':') ? 'untrusted' : 'trusted';
}

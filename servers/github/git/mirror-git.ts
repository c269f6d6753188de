import { join } from 'node:path';
import { AppError } from '#shared/errors.ts';
import type { RepositoryName } from '#shared/github/names.ts';
import { type ChildGit, type Git, gitError, notRun } from './child.ts';
import type { Refs } from './refs.ts';
import type { Upstream } from './upstream.ts';

/** What a mirror needs of git, each as one process. */
export type MirrorGit = {
  /** Fetches the served refs into a bare repository, which afterwards has exactly those. Other refs are not asked for. */
  readonly fetch: (dir: string, repository: RepositoryName, maxBytes: number) => Promise<void>;
  /** The served refs of a bare repository. */
  readonly idsIn: (dir: string) => Promise<Refs['ids']>;
  /** Whether refs lead to all of these objects, themselves or through others. */
  readonly leadTo: (dir: string, ids: readonly string[]) => Promise<boolean>;
  /** Copies the objects that refs lead to, and no others, as one pack into another repository. */
  readonly copyReached: (dir: string, to: string) => Promise<void>;
  readonly packRefs: (dir: string) => Promise<void>;
};

/** For the transfer of a large repository, and for work on one. */
const fetchMs = 30 * 60_000;
const workMs = 15 * 60_000;
const maxListing = 64 * 1024 * 1024;

/** Ids on one command line. */
const idsAtOnce = 1_000;

const fetchSettings = [
  // What is fetched goes to the proxy in this process and nowhere else.
  'protocol.http.allow=always',
  'http.followRedirects=false',
  // One file for each fetch, however small.
  'fetch.unpackLimit=1',
  // Refs too are on disk before a mirror counts as whole.
  'core.fsync=all',
];

export function mirrorGit({ git, upstream }: { readonly git: Git; readonly upstream: Upstream }): MirrorGit {
  return {
    fetch: async (dir, repository, maxBytes) => {
      const proxy = await upstream.open(repository, { maxBytes, timeoutMs: fetchMs });
      try {
        const args = ['fetch', '--quiet', '--prune', '--no-tags', '--no-write-fetch-head', '--no-auto-gc', proxy.url];
        const specs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
        const { environment } = proxy;
        const settings = fetchSettings;
        const child = git.start({ dir, args: [...args, ...specs], settings, environment, timeoutMs: fetchMs });
        child.stdin.end();
        child.stdout.resume();
        const ending = await child.ended;
        if (ending.how === 'exited' && ending.code === 0) return;
        if (proxy.problem() === 'too_large') throw tooLarge();
        if (ending.how !== 'exited') throw notRun(ending);
        throw notFetched(gitError('fetch', ending), proxy.problem() === null);
      } finally {
        await proxy.close();
      }
    },
    idsIn: async (dir) => {
      const args = ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags'];
      const { output } = await git.run({ dir, args, maxBytes: maxListing, timeoutMs: workMs });
      const lines = output.toString().split('\n').filter(Boolean);
      return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
    },
    leadTo: async (dir, ids) => {
      for (let at = 0; at < ids.length; at += idsAtOnce) {
        const some = ids.slice(at, at + idsAtOnce);
        const args = ['rev-list', '--objects', '--no-object-names', ...some, '--not', '--all'];
        if (!(await isSilent(git.start({ dir, args, timeoutMs: workMs })))) return false;
      }
      return true;
    },
    copyReached: async (dir, to) => {
      const pack = join(to, 'objects', 'pack', 'pack');
      await git.run({
        dir,
        args: ['pack-objects', '--all', '--delta-base-offset', '--quiet', pack],
        timeoutMs: workMs,
      });
    },
    packRefs: async (dir) => {
      await git.run({ dir, args: ['pack-refs', '--all', '--prune'], timeoutMs: workMs });
    },
  };
}

/** Whether a process succeeds without writing anything; with the first byte it is over. */
async function isSilent(child: ChildGit): Promise<boolean> {
  child.stdin.end();
  child.stdout.once('data', child.stop);
  const { how, code } = await child.ended;
  return how === 'exited' && code === 0;
}

/** A fetch that git itself gave up, although all that it asked for was answered: what is on disk may be damaged. */
export class MirrorDamaged extends Error {
  override readonly name = 'MirrorDamaged';
}

function notFetched(cause: Error, answered: boolean): Error {
  if (answered) return new MirrorDamaged('git could not fetch', { cause });
  return new AppError('backend_unavailable', 'GitHub does not answer git as it should.', {
    next: 'Try again later.',
    cause,
  });
}

function tooLarge(): AppError {
  return new AppError('too_large', 'This repository is larger than what this server has room for.', {
    next: 'Use the tools of this server to read it, or ask the operator for more room.',
  });
}

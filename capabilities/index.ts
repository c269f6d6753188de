import type { Capability } from '#shared/tools/index.ts';
import { changeQueue } from './change-queue/capability.ts';
import type { RepoAsk, RepoTarget } from './repo/types.ts';
import { repoMerge } from './repo-merge/capability.ts';
import { repoRead } from './repo-read/capability.ts';
import type { RepoReader } from './repo-read/ports.ts';
import { repoWrite } from './repo-write/capability.ts';
import type { RepoWriter } from './repo-write/ports.ts';

/** What a server of repositories offers. */
export const repoCapabilities: readonly Capability<RepoReader, RepoWriter, RepoAsk, RepoTarget>[] = [
  repoRead,
  repoWrite,
  repoMerge,
];

/** Every capability there is: what a blueprint can grant. */
export const allCapabilities = [...repoCapabilities, changeQueue];

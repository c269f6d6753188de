import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Log } from '#shared/telemetry/log.ts';
import { childGit } from './child.ts';
import { takeMirrorFolder } from './mirror-folder.ts';
import { mirrorGit } from './mirror-git.ts';
import { openMirrors } from './mirrors.ts';
import type { GitService } from './routes.ts';
import { gitTurns } from './turns.ts';
import type { Upstream } from './upstream.ts';

/** How git is served: where mirrors are kept, how much room they have, and where programs are found. */
export type GitSettings = { readonly mirrors: string; readonly diskBytes: number; readonly path: string };

/** Everything that answers git, and how to end it: what is under way is cut off. */
export type OpenGit = GitService & { readonly close: () => Promise<void> };

export function openGit(options: {
  readonly settings: GitSettings;
  /** Whose ids mirrors are kept under. */
  readonly backend: string;
  readonly upstream: Upstream;
  readonly reader: RepoReader;
  readonly sponsors: GitService['sponsors'];
  readonly log: Log;
}): OpenGit {
  const { settings, backend, upstream, reader, sponsors, log } = options;
  const folder = takeMirrorFolder(settings.mirrors, backend);
  const git = childGit({ path: settings.path });
  const { diskBytes } = settings;
  const mirrors = openMirrors({ folder, git: mirrorGit({ git, upstream }), upstream, diskBytes });
  return {
    git,
    mirrors,
    turns: gitTurns(),
    reader,
    sponsors,
    onProblem: (error, id) => log('git', { id, error }),
    close: async () => {
      await git.close();
      await mirrors.close();
    },
  };
}

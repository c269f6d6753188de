import { isIPv6 } from 'node:net';
import type { RepoAsk, RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { pushCommits } from '#capabilities/repo-write/push_commits.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { grantFor } from '#shared/blueprints/grants.ts';
import type { CallRecord } from '#shared/changes/call-record.ts';
import type { ProposeContext } from '#shared/changes/propose.ts';
import type { BodyTurns } from '#shared/guard/body-turns.ts';
import type { Listening } from '#shared/http/listen.ts';
import type { FaceOptions } from '#shared/mcp/face.ts';
import { openFaces } from '#shared/server/faces.ts';
import type { Log } from '#shared/telemetry/log.ts';
import type { GithubConfig } from './config.ts';
import { pushDoor } from './git/receive/door.ts';
import { type GitService, gitRoutes } from './git/routes.ts';
import { gitTurns } from './git/turns.ts';
import { instructionsFor } from './instructions.ts';

/** The largest call that is taken: the most that one commit may have in base64, and room around it. */
const maxBodyBytes = 32 * 1024 * 1024;

type Options = {
  readonly config: Pick<GithubConfig, 'port' | 'reviewUrl' | 'version'>;
  readonly context: ProposeContext<RepoReader, RepoWriter, RepoAsk, RepoTarget>;
  readonly blueprints: readonly Blueprint[];
  /** A blueprint as it is now; null when it was revoked. */
  readonly blueprint: (name: string) => Blueprint | null;
  readonly calls: CallRecord;
  /** What answers git; null where nothing does. */
  readonly git: GitService | null;
  readonly log: Log;
};

/** Opens the MCP listeners, which answer git too. Throws as {@link openFaces}. */
export function openListeners(options: Options): Promise<readonly Listening[]> {
  const { config, git } = options;
  return openFaces({
    ...options,
    maxBodyBytes,
    instructions: (blueprint) => instructionsFor(git && gitOf(blueprint, config)),
    ...(git && { routes: gitBeside(options, git) }),
  });
}

type Routes = FaceOptions<RepoReader, RepoWriter, RepoAsk, RepoTarget>['routes'];

/** Serves git on the listeners of a blueprint, beside MCP. */
function gitBeside({ config, context }: Options, service: GitService) {
  const reading = gitTurns({ most: 2, mostEach: 1 });
  const { reviewUrl } = config;
  return ({ name: who }: Blueprint, turns: BodyTurns): Routes =>
    (to, guarded) => {
      const pushes = { service, guarded, who, context, turns, reading, reviewUrl };
      const receive = pushDoor({ ...pushes, agent: `countersign/${config.version}` });
      gitRoutes(to, { service, guarded, who, receive });
    };
}

/** Where the agent of a blueprint finds its repositories, as git URLs begin, and whether it may push. */
function gitOf(blueprint: Blueprint, { port }: Pick<GithubConfig, 'port'>) {
  const [host = 'localhost'] = blueprint.listeners;
  const pushes = grantFor(blueprint, pushCommits.name) !== null;
  return { base: `http://${isIPv6(host) ? `[${host}]` : host}:${port}/git`, pushes };
}

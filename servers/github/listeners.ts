import { isIPv6 } from 'node:net';
import type { RepoAsk, RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { pushCommits } from '#capabilities/repo-write/push_commits.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { grantFor } from '#shared/blueprints/grants.ts';
import type { CallRecord } from '#shared/changes/call-record.ts';
import type { ProposeContext } from '#shared/changes/propose.ts';
import { assertSponsorsKnown } from '#shared/changes/sponsors.ts';
import { bodyTurns } from '#shared/guard/body-turns.ts';
import { type Listening, listen } from '#shared/http/listen.ts';
import { faceApp } from '#shared/mcp/face.ts';
import type { Log } from '#shared/telemetry/log.ts';
import type { GithubConfig } from './config.ts';
import { pushDoor } from './git/receive/door.ts';
import { type GitService, gitRoutes } from './git/routes.ts';
import { gitTurns } from './git/turns.ts';
import { instructionsFor } from './instructions.ts';

/** The largest call that is taken: the most that one commit may have in base64, and room around it. */
const maxBodyBytes = 32 * 1024 * 1024;

/**
 * Opens one MCP listener for each address of each blueprint that grants something here. Throws AppError
 * `bad_configuration` for those whose sponsors have no account.
 */
export async function openListeners(options: {
  readonly config: Pick<GithubConfig, 'port' | 'reviewUrl' | 'version'>;
  readonly context: ProposeContext<RepoReader, RepoWriter, RepoAsk, RepoTarget>;
  readonly blueprints: readonly Blueprint[];
  readonly current: (blueprint: Blueprint) => () => Blueprint | null;
  readonly calls: CallRecord;
  /** What answers git; null where nothing does. */
  readonly git: GitService | null;
  readonly log: Log;
}): Promise<readonly Listening[]> {
  const { config, context, calls, git, log } = options;
  const own = new Set(context.tools.capabilities.map((capability) => capability.name));
  const wanted = options.blueprints.filter((blueprint) => [...blueprint.grants.keys()].some((name) => own.has(name)));
  assertSponsorsKnown(context.sponsors, wanted);
  const opened: Listening[] = [];
  const turns = bodyTurns();
  const reading = gitTurns({ most: 2, mostEach: 1 });
  for (const blueprint of wanted) {
    const app = faceApp({
      context,
      blueprint: options.current(blueprint),
      owner: { agent: blueprint.agent, blueprint: blueprint.name },
      calls,
      title: 'countersign-github',
      version: config.version,
      instructions: instructionsFor(git && gitOf(blueprint, config)),
      reviewUrl: config.reviewUrl,
      allowedHosts: [...blueprint.listeners, 'localhost'],
      maxBodyBytes,
      turns,
      ...(git && {
        routes: (to, guarded) => {
          const pushes = {
            service: git,
            guarded,
            who: blueprint.name,
            context,
            turns,
            reading,
            reviewUrl: config.reviewUrl,
          };
          const receive = pushDoor({ ...pushes, agent: `countersign/${config.version}` });
          gitRoutes(to, { service: git, guarded, who: blueprint.name, receive });
        },
      }),
      onError: (error, id) => log('a call failed', { id, error }),
    });
    for (const host of blueprint.listeners) opened.push(await listen({ fetch: app.fetch, host, port: config.port }));
  }
  return opened;
}

/** Where the agent of a blueprint finds its repositories, as git URLs begin, and whether it may push. */
function gitOf(blueprint: Blueprint, { port }: Pick<GithubConfig, 'port'>) {
  const [host = 'localhost'] = blueprint.listeners;
  const pushes = grantFor(blueprint, pushCommits.name) !== null;
  return { base: `http://${isIPv6(host) ? `[${host}]` : host}:${port}/git`, pushes };
}

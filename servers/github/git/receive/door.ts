import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import type { RepoAsk, RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { repoWrite } from '#capabilities/repo-write/capability.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { pushCommits } from '#capabilities/repo-write/push_commits.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import type { ProposeContext } from '#shared/changes/propose.ts';
import { AppError } from '#shared/errors.ts';
import type { BodyTurns } from '#shared/guard/body-turns.ts';
import type { Guarded } from '#shared/mcp/face.ts';
import { noCache, refusedRefs } from '../answers.ts';
import { noSuchRepository, resolveGitCall } from '../calls.ts';
import type { MirroredRepository } from '../mirrors.ts';
import type { GitService, Receive } from '../routes.ts';
import type { Turns } from '../turns.ts';
import { advertisement } from './advertise.ts';
import { type PushRequest, readPushRequest } from './commands.ts';
import { pushLimits } from './limits.ts';
import { readBody } from './read-body.ts';
import { pushReport } from './report.ts';
import { takePush } from './take.ts';

export type PushDoor = {
  readonly service: GitService;
  readonly guarded: Guarded;
  readonly context: ProposeContext<RepoReader, RepoWriter, RepoAsk, RepoTarget>;
  /** Base address of the console, for links to a change. */
  readonly reviewUrl: string;
  readonly turns: BodyTurns;
  /** Whose turn it is to have a push taken apart: what is small when it is sent can be as large as any then. */
  readonly reading: Turns;
  /** Whose git requests are counted together. */
  readonly who: string;
  /** How this server names itself to git. */
  readonly agent: string;
};

/** What has changed since a client was told the refs may be missed for so long by what it pushes then [ms]. */
const mirrorAgeMs = 5_000;

/** Answers pushes: each becomes a change that waits for a decision, or is refused with what to do instead. */
export function pushDoor(door: PushDoor): Receive {
  return {
    refs: (_context, name) =>
      answered(door, async () => {
        const call = { name: 'git_push', args: { repository: name, what: 'refs' }, asks: asksFor(name) };
        return door.guarded(call, async (blueprint) => {
          const repository = await resolved(door, blueprint, name);
          const mirror = await door.service.mirrors.open(repository, 0);
          mirror.release();
          return answerOf('advertisement', advertisement(mirror.refs, door.agent));
        });
      }),
    pack: (context, name) =>
      answered(door, async () => {
        if (typeOf(context) !== 'application/x-git-receive-pack-request') throw notGit;
        const { body, release } = await readBody(context.req.raw, { turns: door.turns, maxBytes: pushLimits.body });
        try {
          const request = readPushRequest(body);
          // With this git tries whether a large push may begin.
          if (request === null) return answerOf('result', new Uint8Array());
          return answerOf('result', await answerTo(door, { request, name, signal: context.req.raw.signal }));
        } finally {
          release();
        }
      }),
  };
}

type Pushing = { readonly request: PushRequest; readonly name: string; readonly signal: AbortSignal };

/** Whatever is wrong with a push that could be read, git prints by the report on its refs. */
async function answerTo(door: PushDoor, { request, name, signal }: Pushing): Promise<Uint8Array<ArrayBuffer>> {
  const { commands, capabilities } = request;
  try {
    const call = { name: 'git_push', args: { repository: name, what: 'pack' }, asks: asksFor(name) };
    const taken = await door.guarded(call, async (blueprint) => {
      const repository = await resolved(door, blueprint, name);
      const leave = await door.service.turns.take(door.who);
      try {
        const mirror = await door.service.mirrors.open(repository, mirrorAgeMs);
        return await inTurn(door, () => takePush(door, { request, blueprint, repository, mirror, signal })).finally(
          mirror.release,
        );
      } finally {
        leave();
      }
    });
    const verdicts = commands.map(({ ref }) => ({ ref, taken: `refs/countersign/${taken.changeId}` }));
    return pushReport({ capabilities, verdicts, messages: taken.messages });
  } catch (error) {
    const { message, next } = told(door, error);
    const verdicts = commands.map(({ ref }) => ({ ref, refused: message }));
    return pushReport({ capabilities, verdicts, messages: [message, ...(next === undefined ? [] : [next])] });
  }
}

async function inTurn<T>({ reading, who }: PushDoor, work: () => Promise<T>): Promise<T> {
  const leave = await reading.take(who);
  return work().finally(leave);
}

async function resolved(door: PushDoor, blueprint: Blueprint, name: string): Promise<MirroredRepository> {
  const repository = await resolveGitCall(door.service, blueprint, name).catch((error: unknown) => {
    const isHidden = error instanceof AppError && (error.code === 'out_of_scope' || error.code === 'not_found');
    throw isHidden ? noSuchRepository(error) : error;
  });
  if (blueprint.grants.get(repoWrite.name)?.tools.has(pushCommits.name)) return repository;
  throw new AppError('not_permitted', 'Pushing is not granted to this agent.', {
    next: 'Use the tools of this server that write, or ask a person for push_commits.',
  });
}

/** What a push is on record with before it is read. */
const asksFor = (repository: string): readonly RepoAsk[] => [
  { want: 'read', repository, whole: true },
  { want: 'write', repository },
];

async function answered(door: PushDoor, run: () => Promise<Response>): Promise<Response> {
  try {
    return await run();
  } catch (error) {
    return refusedRefs(told(door, error), null);
  }
}

/** An error as the pusher is told it; what only the log can explain is there, under the id that ends it. */
function told({ service }: PushDoor, error: unknown): AppError {
  const known = error instanceof AppError ? error : new AppError('internal', 'The server failed.', { cause: error });
  if (known.cause === undefined || known.code === 'not_found') return known;
  const id = randomUUID();
  service.onProblem(error, id);
  const { code, message, next } = known;
  return new AppError(code, `${message} (log id ${id})`, next === undefined ? {} : { next });
}

function answerOf(kind: 'advertisement' | 'result', body: Uint8Array<ArrayBuffer>): Response {
  const headers = { ...noCache, 'content-type': `application/x-git-receive-pack-${kind}` };
  return new Response(body, { headers });
}

const typeOf = ({ req }: Context): string | undefined => req.header('content-type')?.split(';')[0]?.trim();

const notGit = new AppError('unsupported', 'This is answered to git push alone.');

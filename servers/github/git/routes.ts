import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import type { RepoAsk } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { toldOfRepository } from '#capabilities/repo-read/told.ts';
import type { Sponsors } from '#shared/changes/sponsors.ts';
import { AppError } from '#shared/errors.ts';
import type { Guarded } from '#shared/mcp/face.ts';
import { refusedPack, refusedRefs } from './answers.ts';
import { gitAsks, noSuchRepository, resolveGitCall } from './calls.ts';
import type { Git } from './child.ts';
import type { Mirrors, OpenMirror } from './mirrors.ts';
import type { Turns } from './turns.ts';
import { advertise, sendPack } from './upload-pack.ts';

/** What answers git, shared by all listeners of a server. */
export type GitService = {
  readonly git: Git;
  readonly mirrors: Mirrors;
  readonly turns: Turns;
  readonly reader: RepoReader;
  readonly sponsors: Sponsors<RepoAsk>;
  readonly onProblem: (error: unknown, id: string) => void;
};

/** What a push is answered with. */
export type Receive = {
  readonly refs: (context: Context, repository: string) => Promise<Response>;
  readonly pack: (context: Context, repository: string) => Promise<Response>;
};

/** What has changed since a client was told the refs may be missed for so long by what it fetches then. */
const packAgeMs = 5_000;

/** Serves git over HTTP at `/git/OWNER/REPO.git`. `receive` answers pushes. */
export function gitRoutes(
  app: Hono,
  options: {
    readonly service: GitService;
    readonly guarded: Guarded;
    readonly who: string;
    readonly receive: Receive;
  },
): void {
  const { receive } = options;
  app.get('/git/:owner/:repo/info/refs', (context) => {
    const service = context.req.query('service');
    if (service === 'git-upload-pack') return fetching(options, context, 'refs');
    if (service === 'git-receive-pack') return receive.refs(context, nameOf(context));
    return refusedRefs(onlySmart, null);
  });
  app.post('/git/:owner/:repo/git-upload-pack', (context) => {
    if (typeOf(context) !== 'application/x-git-upload-pack-request') return refusedRefs(onlySmart, null);
    return fetching(options, context, 'pack');
  });
  app.post('/git/:owner/:repo/git-receive-pack', (context) => receive.pack(context, nameOf(context)));
  app.all('/git/*', () => refusedRefs(onlySmart, null));
}

async function fetching(
  { service, guarded, who }: Pick<Parameters<typeof gitRoutes>[1], 'service' | 'guarded' | 'who'>,
  context: Context,
  what: 'refs' | 'pack',
): Promise<Response> {
  const name = nameOf(context);
  const call = { name: 'git_fetch', args: { repository: name, what }, asks: gitAsks(name) };
  try {
    return await guarded(call, async (blueprint, assertGoesOn, tell) => {
      const repository = await resolveGitCall(service, blueprint, name);
      const turn = await service.turns.take(who);
      const mirror = await service.mirrors.open(repository, what === 'refs' ? 0 : packAgeMs).catch(giveBack(turn));
      const { refs } = mirror;
      // Only branches and tags are there, which nobody makes who may not write.
      tell([toldOfRepository({ repository: name, id: repository.id }, refs.ids.get(refs.head) ?? null)]);
      return answer(service, context.req.raw, { what, mirror, turn, assertGoesOn });
    });
  } catch (error) {
    const told = isHidden(error) ? noSuchRepository(error) : error;
    // Nobody is left to be told of a call that ended because its caller went away.
    const id = isLogged(told) && !context.req.raw.signal.aborted ? randomUUID() : null;
    if (id !== null) service.onProblem(told, id);
    return what === 'refs' ? refusedRefs(told, id) : refusedPack(told, id);
  }
}

type Answering = {
  readonly what: 'refs' | 'pack';
  readonly mirror: OpenMirror;
  readonly turn: () => void;
  readonly assertGoesOn: () => Promise<unknown>;
};

async function answer(
  { git, onProblem }: GitService,
  request: Request,
  { what, mirror, turn, assertGoesOn }: Answering,
): Promise<Response> {
  const done = (): void => {
    mirror.release();
    turn();
  };
  const service = { git, dir: mirror.dir, assertGoesOn, onProblem: (error: unknown) => onProblem(error, randomUUID()) };
  try {
    if (what === 'pack') return await sendPack(service, request, done);
    const refs = await advertise(service, request);
    done();
    return refs;
  } catch (error) {
    done();
    throw error;
  }
}

function giveBack(turn: () => void): (error: unknown) => never {
  return (error) => {
    turn();
    throw error;
  };
}

/** `owner/name`, with or without the ending that git knows. */
function nameOf({ req }: Context): string {
  return `${req.param('owner')}/${(req.param('repo') ?? '').replace(/\.git$/, '')}`;
}

const typeOf = ({ req }: Context): string | undefined => req.header('content-type')?.split(';')[0]?.trim();

const isHidden = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'out_of_scope' || error.code === 'not_found');

/** What only the log can explain. */
function isLogged(error: unknown): boolean {
  return !(error instanceof AppError) || (error.cause !== undefined && error.code !== 'not_found');
}

const onlySmart = new AppError('unsupported', 'Git is served here over smart HTTP only.', {
  next: 'Use git clone or git fetch of a recent git, with the URL of a repository.',
});

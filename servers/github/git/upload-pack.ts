import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#shared/errors.ts';
import { noCache } from './answers.ts';
import { plainBody } from './body.ts';
import { type ChildGit, type Git, type GitEnding, gitError, notRun } from './child.ts';

/**
 * Any object may be asked for by its id, as a partial clone does: a mirror holds none that may not be seen. Filters whose
 * cost depends on what is in the repository stay closed.
 */
const settings = [
  'uploadpack.allowFilter=true',
  'uploadpack.allowAnySHA1InWant=true',
  'uploadpackfilter.allow=false',
  'uploadpackfilter.blob:none.allow=true',
  'uploadpackfilter.blob:limit.allow=true',
  'uploadpackfilter.tree.allow=true',
  'uploadpackfilter.object:type.allow=true',
  'pack.windowMemory=64m',
];

/** Half a million ids: as many as the files that a partial clone may want at once. */
const maxBodyBytes = 32 * 1024 * 1024;
const maxListing = 64 * 1024 * 1024;
const listingMs = 60_000;
const packMs = 30 * 60_000;

/** Milliseconds between looks at whether who takes a pack may go on. */
const lookMs = 2_000;

type Service = {
  readonly git: Git;
  readonly dir: string;
  /** Throws once the agent may not go on. */
  readonly assertGoesOn: () => Promise<unknown>;
  /** Told of what git could not do, for the log. */
  readonly onProblem: (error: unknown) => void;
};

/** Only these words pass from the header into the environment of git. */
function environmentFor({ headers }: Request): Record<string, string> {
  const [protocol] = /^version=[12]$/.exec(headers.get('git-protocol') ?? '') ?? [];
  return protocol === undefined ? {} : { GIT_PROTOCOL: protocol };
}

/** The answer to `GET …/info/refs?service=git-upload-pack`. */
export async function advertise({ git, dir }: Pick<Service, 'git' | 'dir'>, request: Request): Promise<Response> {
  const environment = environmentFor(request);
  const args = ['upload-pack', '--strict', '--stateless-rpc', '--advertise-refs', dir];
  const { output } = await git.run({ args, settings, environment, maxBytes: maxListing, timeoutMs: listingMs });
  // With protocol 2 git itself leaves the greeting out.
  const greeting = environment['GIT_PROTOCOL'] === 'version=2' ? '' : '001e# service=git-upload-pack\n0000';
  const headers = { ...noCache, 'content-type': 'application/x-git-upload-pack-advertisement' };
  return new Response(Buffer.concat([Buffer.from(greeting), output]), { headers });
}

/**
 * The answer to `POST …/git-upload-pack`, which begins as soon as git does and goes on as fast as it is read. `done` is
 * called when git has ended, which it does when nobody reads any more, or who does may not go on.
 */
export async function sendPack(service: Service, request: Request, done: () => void): Promise<Response> {
  const { git, dir } = service;
  const body = plainBody(request, maxBodyBytes);
  const child = git.start({
    args: ['upload-pack', '--strict', '--stateless-rpc', dir],
    settings,
    environment: environmentFor(request),
    signal: request.signal,
    timeoutMs: packMs,
  });
  const looking = setInterval(() => void service.assertGoesOn().catch(child.stop), lookMs);
  void child.ended.then(() => {
    clearInterval(looking);
    done();
  });
  let refused: unknown;
  pipeline(body, child.stdin).catch((error: unknown) => {
    if (!(error instanceof AppError)) return;
    refused = error;
    child.stop();
  });
  const first = await firstOf(child.stdout);
  if (first === null) {
    const ending = await child.ended;
    if (refused) throw refused;
    if (ending.how !== 'exited') throw notRun(ending);
    report(service, ending);
  } else void child.ended.then((ending) => report(service, ending));
  const headers = { ...noCache, 'content-type': 'application/x-git-upload-pack-result' };
  return new Response(streamed(child, first), { headers });
}

/** Git says in its answer what was wrong with a request; the log has it too. Who goes away is no problem. */
function report({ onProblem }: Service, ending: GitEnding): void {
  if (ending.how !== 'stopped' && ending.code !== 0) onProblem(gitError('upload-pack', ending));
}

/** The first piece of a stream; null when it ends without any. */
function firstOf(stream: Readable): Promise<Uint8Array | null> {
  return new Promise((resolve) => {
    const look = (): void => {
      const chunk = stream.read() as Uint8Array | null;
      if (chunk === null && !stream.readableEnded && !stream.destroyed) return;
      stream.off('readable', look);
      resolve(chunk);
    };
    stream.on('readable', look);
    stream.once('end', () => resolve(null));
    stream.once('close', () => resolve(null));
  });
}

/** Reads from git only as fast as the answer is taken, and ends git when nobody takes it any more. */
function streamed(child: ChildGit, first: Uint8Array | null): ReadableStream<Uint8Array> {
  const rest = child.stdout.iterator() as AsyncIterator<Uint8Array>;
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (first !== null) controller.enqueue(first);
      else controller.close();
    },
    pull: async (controller) => {
      const next = await rest.next();
      if (!next.done) return controller.enqueue(next.value);
      const { how } = await child.ended;
      if (how === 'exited') controller.close();
      else controller.error(new Error('git was stopped'));
    },
    cancel: () => child.stop(),
  });
}

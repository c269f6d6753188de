import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { AppError } from '#shared/errors.ts';

export type GitOptions = {
  /** The repository that git works in; none for what needs none. */
  readonly dir?: string;
  readonly args: readonly string[];
  /** Configuration beside that of every git here, as `name=value`. Others of the machine can read it: no secrets. */
  readonly settings?: readonly string[];
  /** Variables beside those of every git here. Never a credential. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Ends the process when its user goes away. */
  readonly signal?: AbortSignal;
  /** The longest that it may run; milliseconds. */
  readonly timeoutMs: number;
};

/** How a git process ended: by itself, or because it was stopped or took too long; `missing` when there is no git. */
export type GitEnding = {
  readonly how: 'exited' | 'stopped' | 'timed_out' | 'missing';
  /** Null unless it ended by itself. */
  readonly code: number | null;
  /** The beginning of what it wrote to standard error: for the log, never for an agent. */
  readonly said: string;
};

/** A git process. What is written to it after its end goes nowhere, without an error. */
export type ChildGit = {
  readonly pid: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves, always, when it and its output have ended. */
  readonly ended: Promise<GitEnding>;
  /** Ends it and all that it started. */
  readonly stop: () => void;
};

/** Starts git, which finds nothing of this process but where programs are. */
export type Git = {
  readonly start: (options: GitOptions) => ChildGit;
  /**
   * Runs it to its end and gives what it wrote. Throws AppError `backend_unavailable` when there is no git or it took too
   * long, `too_large` for more output than `maxBytes` (16 MiB), and `internal` for any exit code but 0 or those of `accept`.
   */
  readonly run: (options: GitOptions & RunOptions) => Promise<{ readonly code: number; readonly output: Buffer }>;
  /** Stops what runs and starts nothing any more. */
  readonly close: () => Promise<void>;
};

type RunOptions = {
  readonly input?: string | Uint8Array;
  readonly maxBytes?: number;
  readonly accept?: readonly number[];
};

/**
 * No hook, helper, transport or background work, and nothing fetched that was not asked for. Repositories are this
 * server's own, whoever owns the folder.
 */
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.askPass=',
  'credential.helper=',
  'protocol.allow=never',
  'gc.auto=0',
  'maintenance.auto=false',
  'fetch.recurseSubmodules=false',
  'safe.directory=*',
  'pack.threads=1',
];

const maxSaid = 4_000;
const killAfterMs = 2_000;

/**
 * Makes what starts git: with an environment of its own, no configuration but the given, and in a process group of its
 * own, which ends with it.
 * @param path where programs are found, as in the variable PATH
 */
export function childGit({ path }: { readonly path: string }): Git {
  const running = new Set<ChildGit>();
  let closed = false;
  const start = (options: GitOptions): ChildGit => {
    const child = follow(spawnGit(path, options), options);
    running.add(child);
    void child.ended.then(() => running.delete(child));
    if (closed) child.stop();
    return child;
  };
  return {
    start,
    run: (options) => runToEnd(start(options), options),
    close: async () => {
      closed = true;
      const children = [...running];
      for (const child of children) child.stop();
      await Promise.all(children.map((child) => child.ended));
    },
  };
}

function spawnGit(path: string, options: GitOptions): ChildProcessWithoutNullStreams {
  const given = [...settings, ...(options.settings ?? [])].flatMap((setting) => ['-c', setting]);
  const place = options.dir === undefined ? [] : ['--git-dir', options.dir];
  const environment = {
    PATH: path,
    HOME: '/dev/null',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    ...options.environment,
  };
  return spawn('git', [...given, ...place, ...options.args], {
    env: environment,
    cwd: '/',
    stdio: 'pipe',
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
}

function follow(child: ChildProcessWithoutNullStreams, { signal, timeoutMs }: GitOptions): ChildGit {
  let how: GitEnding['how'] = 'exited';
  let said = '';
  let force: ReturnType<typeof setTimeout> | undefined;
  const end = (why: GitEnding['how']): void => {
    if (force !== undefined || child.exitCode !== null) return;
    how = why;
    killGroup(child, 'SIGTERM');
    // Whoever reads the output may have stopped to, and the pipe would hold up the end.
    child.stdout.destroy();
    force = setTimeout(() => killGroup(child, 'SIGKILL'), killAfterMs);
  };
  const stop = (): void => end('stopped');
  const timer = setTimeout(() => end('timed_out'), timeoutMs);
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < maxSaid) said = (said + chunk.toString('utf8')).slice(0, maxSaid);
  });
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  const ended = new Promise<GitEnding>((resolve) => {
    child.once('error', () => {
      if (child.pid === undefined) how = 'missing';
    });
    child.once('close', (code: number | null) => {
      clearTimeout(timer);
      clearTimeout(force);
      signal?.removeEventListener('abort', stop);
      // What it started may have outlived it.
      if (how !== 'exited') killGroup(child, 'SIGKILL');
      resolve({ how, code: how === 'exited' ? code : null, said });
    });
  });
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  return { pid: child.pid, stdin: child.stdin, stdout: child.stdout, ended, stop };
}

function killGroup({ pid }: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // All of it has ended.
  }
}

async function runToEnd(child: ChildGit, options: GitOptions & RunOptions): Promise<{ code: number; output: Buffer }> {
  const { input = '', maxBytes = 16 * 1024 * 1024, accept = [0], args } = options;
  const chunks: Buffer[] = [];
  let length = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) child.stop();
    else chunks.push(chunk);
  });
  child.stdin.end(input);
  const ending = await child.ended;
  if (length > maxBytes) throw new AppError('too_large', `Git wrote more than ${maxBytes} bytes.`);
  const { how, code } = ending;
  if (how !== 'exited') throw notRun(ending);
  if (code === null || !accept.includes(code)) {
    throw new AppError('internal', 'Git failed.', { cause: gitError(args[0], ending) });
  }
  return { code, output: Buffer.concat(chunks) };
}

/** What a process that did not end by itself means to whoever wanted its answer. */
export function notRun(ending: GitEnding): AppError {
  if (ending.how === 'missing') {
    return new AppError('backend_unavailable', 'Git is not installed where this server runs.', {
      next: 'Tell the operator; the tools of this server work without it.',
      cause: new Error('there is no program git on the PATH of this server'),
    });
  }
  const words = ending.how === 'timed_out' ? 'Git took too long here.' : 'This was stopped before it was done.';
  return new AppError('backend_unavailable', words, { next: 'Try again later.', cause: gitError('', ending) });
}

/** What git said, for the log. */
export function gitError(command: string | undefined, { how, code, said }: GitEnding): Error {
  return new Error(`git ${command ?? ''} ${how} ${code ?? ''}: ${said.trim()}`);
}

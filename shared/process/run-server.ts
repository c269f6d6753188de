import { flushCompileCache } from 'node:module';
import { AppError } from '#shared/errors.ts';
import { type Log, logTo } from '#shared/telemetry/log.ts';
import { onParentGone } from './parent.ts';

/** So long after it is ready a server keeps what was compiled for it, in milliseconds. */
const keepCompiledMs = 1_000;

/** A server that runs: what it tells its supervisor when it is ready, and how to end it. */
export type RunningServer = {
  readonly ready: { readonly [key: string]: string };
  readonly close: () => Promise<void>;
};

/**
 * Runs a server as this process: starts it, says so in one line of JSON on standard output, and ends it on SIGTERM,
 * SIGINT, or when a supervisor that holds its standard input is gone. A configuration that cannot be used is exit 2.
 */
export async function runServer(name: string, start: (log: Log) => Promise<RunningServer>): Promise<void> {
  const log = logTo(name);
  try {
    const server = await start(log);
    const end = once(async () => {
      await server.close();
      process.exit(0);
    });
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
    onParentGone(end);
    process.stdout.write(`${JSON.stringify({ ready: name, ...server.ready })}\n`);
    // Node keeps what it compiled when it ends in good order; whoever is killed is to start fast again too. Not at once:
    // the other servers of a suite may still be starting.
    setTimeout(flushCompileCache, keepCompiledMs).unref();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'internal') throw error;
    const next = error.next === undefined ? '' : `\n${error.next}`;
    process.stderr.write(`${error.message}${next}\n`);
    process.exit(error.code === 'bad_configuration' ? 2 : 1);
  }
}

function once(work: () => Promise<void>): () => void {
  let called = false;
  return () => {
    if (!called) void work();
    called = true;
  };
}

import { childrenOf, neededOf } from './children.ts';
import type { SuiteEnvironment } from './config.ts';
import { prepareData } from './data.ts';
import { type Lock, lockData } from './lock.ts';
import { assertFree, placesOf } from './ports.ts';
import { readSettings, type SuiteFlags, type SuiteSettings, urlAt } from './settings.ts';
import { type Report, type Supervised, supervise } from './supervise.ts';

/** A suite that runs. */
export type Suite = Supervised & {
  readonly settings: SuiteSettings;
  readonly urls: SuiteUrls;
  /** The one-time link with which a person signs in to the console; the newest, when there were several. */
  readonly signIn: () => string | undefined;
};

/** Where the parts of a suite are reached. Of several listeners, the first. */
export type SuiteUrls = {
  /** Null with a real GitHub. */
  readonly forge: string | null;
  /** The MCP endpoint of the GitHub server, `/mcp` included. */
  readonly github: string;
  /** The MCP endpoint of the ticket server, `/mcp` included. */
  readonly tickets: string;
  /** The MCP endpoint of the knowledge server, `/mcp` included, where a blueprint grants something of it. */
  readonly knowledge: string;
  /** The MCP endpoint of the approvals server, `/mcp` included. */
  readonly approvals: string;
  readonly console: string;
};

export type StartOptions = SuiteFlags & {
  readonly environment: SuiteEnvironment;
  readonly report: Report;
  /** Gives up starting. */
  readonly signal?: AbortSignal;
};

/** How long the processes of a suite that was ended by force may still hold their ports, in milliseconds. */
const takeOverPatienceMs = 5_000;

/**
 * Starts a suite and resolves when all of it answers. Throws AppError `bad_configuration`, with nothing left running,
 * when the configuration, a port or the data directory cannot be used.
 */
export async function startSuite(options: StartOptions): Promise<Suite> {
  const { environment, report, signal } = options;
  const settings = readSettings(options);
  prepareData(settings.data);
  const lock = lockData(settings.data);
  try {
    await assertFree(placesOf(settings), lock.tookOver ? takeOverPatienceMs : 0);
    let signIn: string | undefined;
    const supervised = await supervise({
      children: neededOf(settings, childrenOf(settings, environment)),
      report: {
        ...report,
        signIn: (link) => {
          signIn = link;
          report.signIn(link);
        },
      },
      ...(signal && { signal }),
    });
    return { ...unlocking(supervised, lock), settings, urls: urlsOf(settings), signIn: () => signIn };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The same, with the lock released before anybody hears of the end. */
function unlocking(supervised: Supervised, lock: Lock): Supervised {
  const ended = supervised.ended.then((code) => {
    lock.release();
    return code;
  });
  const stop = async (): Promise<void> => {
    await supervised.stop();
    await ended;
  };
  return { ...supervised, stop, ended };
}

function urlsOf({ ports, listeners, realGithub, consoleUrl }: SuiteSettings): SuiteUrls {
  const at = urlAt(listeners[0]?.address ?? '127.0.0.1');
  return {
    forge: realGithub === null ? `http://127.0.0.1:${ports.forge}` : null,
    github: at(ports.github),
    tickets: at(ports.tickets),
    knowledge: at(ports.knowledge),
    approvals: at(ports.approvals),
    console: consoleUrl ?? `http://127.0.0.1:${ports.console}`,
  };
}

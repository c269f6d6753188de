import { styleText } from 'node:util';
import { banner } from './banner.ts';
import { readEnvironment } from './config.ts';
import type { SuiteFlags } from './settings.ts';
import { type Suite, startSuite } from './suite.ts';
import type { Report } from './supervise.ts';

/**
 * A terminal sends Ctrl-C to the whole group, and npm and the wrapper each hand it on as well: what comes within this
 * time is one press, in milliseconds.
 */
const onePressMs = 500;

/**
 * Runs a suite in this process until a signal ends it, and resolves with the exit code. Throws AppError when it does not
 * start.
 */
export async function runSuite(flags: SuiteFlags): Promise<number> {
  const giveUp = new AbortController();
  let suite: Suite | undefined;
  let pressedAt: number | undefined;
  const onSignal = (): void => {
    const now = Date.now();
    if (pressedAt === undefined) {
      pressedAt = now;
      console.log('\nStopping. Once more to end everything at once.');
      if (suite === undefined) giveUp.abort();
      else void suite.stop();
    } else if (now - pressedAt > onePressMs) {
      suite?.kill();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  try {
    suite = await startSuite({ ...flags, environment: readEnvironment(), report: report(), signal: giveUp.signal });
  } catch (error) {
    if (giveUp.signal.aborted) return 0;
    throw error;
  }
  // A signal may have come when all was ready and nobody listened for it any more.
  if (giveUp.signal.aborted) await suite.stop();
  else console.log(banner(suite));
  return suite.ended;
}

/** What children and supervisor have to say goes to standard error: standard output has what was asked for alone. */
function report(): Report {
  let links = 0;
  const dim = (text: string) => styleText('dim', text, { stream: process.stderr });
  return {
    line: (child, text) => console.error(`${dim(child.padEnd(9))} ${text}`),
    event: (text) => console.error(`${dim('suite    ')} ${text}`),
    signIn: (link) => {
      links += 1;
      if (links > 1) console.log(`Sign in at the console with this new link: ${link}`);
    },
  };
}

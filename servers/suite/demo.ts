import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '#shared/errors.ts';
import { readEnvironment, type SuiteEnvironment } from './config.ts';
import { gitOn } from './demo/git.ts';
import { BrokenPromise, step } from './demo/say.ts';
import { playStory } from './demo/story.ts';
import { freeBasePort } from './ports.ts';
import { type Suite, startSuite } from './suite.ts';

/** Plays the demo against a suite of its own, and resolves with the exit code. */
async function demo({ keep }: { keep: boolean }): Promise<0 | 1> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-demo-'));
  const token = randomBytes(32).toString('base64url');
  const environment = { ...readEnvironment(), approverToken: token };
  const began = performance.now();
  let suite: Suite | undefined;
  try {
    suite = await start(folder, environment);
    endOnSignal(suite);
    mkdirSync(join(folder, 'git'));
    const forge = join(suite.settings.data, 'forge');
    await playStory(suite, token, gitOn({ forge, folder: join(folder, 'git'), basics: environment.basics }));
    step(`All of it as promised, in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
    if (keep) await lookAround(suite);
    return 0;
  } catch (error) {
    console.error(`\n${explain(error)}`);
    return 1;
  } finally {
    await suite?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(folder: string, environment: SuiteEnvironment): Promise<Suite> {
  step('A suite of its own is started, with temporary data: forge, github, tickets, knowledge and approvals.');
  const data = join(folder, 'data');
  shareCompiled(data);
  return startSuite({
    data,
    basePort: await freeBasePort(),
    environment,
    report: {
      line: (child, text) => console.error(`   ${child}: ${text}`),
      event: (text) => console.error(`   ${text}`),
      signIn: () => {},
    },
  });
}

/** What is compiled goes with the data; where this process keeps what it compiles, its servers find and keep it there. */
function shareCompiled(data: string): void {
  const own = getCompileCacheDir();
  if (own === undefined) return;
  mkdirSync(join(data, 'cache'), { recursive: true, mode: 0o700 });
  for (const server of ['forge', 'github', 'tickets', 'knowledge', 'approvals'])
    symlinkSync(dirname(own), join(data, 'cache', server));
}

function endOnSignal(suite: Suite): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void suite.stop());
}

async function lookAround(suite: Suite): Promise<void> {
  console.log(`\nLook around in the console: ${suite.signIn()}\nData: ${suite.settings.data}. Stop with Ctrl-C.`);
  await suite.ended;
}

function explain(error: unknown): string {
  if (error instanceof BrokenPromise || error instanceof AppError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
process.exitCode = await demo(values);

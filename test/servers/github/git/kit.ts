import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { allCapabilities, repoCapabilities } from '#capabilities/index.ts';
import { type OpenGit, openGit } from '#servers/github/git/open.ts';
import { openListeners } from '#servers/github/listeners.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { callRecord } from '#shared/changes/call-record.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import type { LogFields } from '#shared/telemetry/log.ts';
import { repoSponsors } from '#test/fakes/sponsors.ts';
import { connect } from '../connect.ts';
import { startForge } from '../start-forge.ts';
import { openGateway } from './gateway.ts';

/** Who may do what, each at an address of its own. */
const grants = {
  whole: { at: '127.0.0.1', text: 'repo-read: { repositories: [acme/storefront, acme/billing, acme/nowhere] }' },
  paths: { at: '127.0.0.2', text: 'repo-read: { repositories: [acme/storefront], paths: { allow: ["docs/**"] } }' },
  tools: { at: '127.0.0.3', text: 'repo-read: { repositories: [acme/storefront], tools: [get_repository] }' },
  other: { at: '127.0.0.4', text: 'repo-read: { repositories: [acme/storefront] }' },
} as const;
export type Who = keyof typeof grants;

function blueprintOf(who: Who) {
  const { at, text } = grants[who];
  const whole = `blueprint: ${who}\ngoal: Try.\nagent: ${who}\nsponsor: operator\ncallers: [{ listener: ${at} }]\n`;
  const limits = `limits: { reads_per_minute: ${who === 'other' ? 3 : 6000} }`;
  const source = `${who}.yaml`;
  return parseBlueprint({
    text: `${whole}capabilities:\n  ${text}\n${limits}\n`,
    source,
    capabilities: allCapabilities,
  });
}

export type GitKit = Awaited<ReturnType<typeof startGitKit>>;

/** The MCP listeners of a GitHub server with forge behind them, and a gateway in between. */
export async function startGitKit(options: { readonly diskBytes?: number; readonly path?: string } = {}) {
  const forge = await startForge();
  const gateway = await openGateway(forge.url);
  const folder = mkdtempSync(join(tmpdir(), 'git-http-'));
  const ledgerPath = join(folder, 'ledger.db');
  const ledger = await openLedger(ledgerPath);
  const { reader, upstream } = connect(gateway.url);
  const logged: { readonly what: string; readonly fields: LogFields | undefined }[] = [];
  const log = (what: string, fields?: LogFields): void => void logged.push({ what, fields });
  const mirrors = join(folder, 'github', 'mirrors');
  const { sponsors } = repoSponsors();
  const context = {
    tools: toolbox(repoCapabilities),
    server: 'github',
    backend: gateway.url,
    sponsors,
    ledger,
    readerFor: () => reader,
    now: () => new Date(),
  };
  const revoked = new Set<string>();
  const calls = callRecord({ ledger, now: context.now, onProblem: () => {} });
  const whoever = Object.keys(grants) as Who[];
  const blueprints = whoever.map(blueprintOf);
  const start = async (settings: typeof options = options) => {
    const diskBytes = settings.diskBytes ?? 2 ** 30;
    const path = settings.path ?? process.env['PATH'] ?? '';
    const git: OpenGit = openGit({ settings: { mirrors, diskBytes, path }, ...context, reader, upstream, log });
    const listeners = await openListeners({
      config: { port: 0, reviewUrl: 'http://127.0.0.1:7200', version: '0' },
      context,
      blueprints,
      blueprint: (name) => (revoked.has(name) ? null : (blueprints.find((one) => one.name === name) ?? null)),
      calls,
      git,
      log,
    });
    const close = async (): Promise<void> => {
      await Promise.all([...listeners.map((one) => one.close()), git.close()]);
    };
    return { git, listeners, close };
  };
  let running = await start();
  const base = (who: Who = 'whole'): string => `${running.listeners[whoever.indexOf(who)]?.url}/git`;
  return {
    forge,
    gateway,
    ledger,
    calls,
    logged,
    mirrors,
    revoked,
    base,
    url: (repository = 'acme/storefront', who: Who = 'whole') => `${base(who)}/${repository}.git`,
    upstream: upstreamGit(forge.gitDir),
    upstreamOf: (repository: string) => upstreamGit(join(dirname(dirname(forge.gitDir)), `${repository}.git`)),
    folder: () => mkdtempSync(join(folder, 'work-')),
    restart: async (settings?: typeof options) => {
      await running.close();
      running = await start(settings);
    },
    /** Ends the server and starts it without any mirror. */
    forget: async () => {
      await running.close();
      rmSync(mirrors, { recursive: true, force: true });
      running = await start();
    },
    another: () => start(),
    close: async () => {
      await running.close();
      await calls.close();
      await ledger.close();
      await gateway.close();
      await forge.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

const run = promisify(execFile);

/** Git as an agent runs it. Rejects with what git wrote to standard error as the message. */
export async function git(...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, { env: environment, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** A client that can be killed. */
export function startClone(url: string, folder: string): ChildProcess {
  return spawn('git', ['clone', '--quiet', url, folder], { env: environment, stdio: 'ignore' });
}

/** Git on the repository behind forge, by somebody who may do everything there. */
function upstreamGit(dir: string) {
  const inside = (input: string | Buffer, ...args: string[]): string =>
    execFileSync('git', ['--git-dir', dir, ...args], { env: environment, input, encoding: 'utf8' }).trim();
  return {
    dir,
    run: (...args: string[]): string => inside('', ...args),
    feed: inside,
    /** A commit with one file, which no ref leads to. */
    commit: (content: string | Buffer, parent?: string): string => {
      const blob = inside(content, 'hash-object', '-w', '--stdin');
      const tree = inside(`100644 blob ${blob}\tfile.txt\n`, 'mktree');
      const message = typeof content === 'string' ? content : 'bytes';
      return inside('', 'commit-tree', tree, '-m', message, ...(parent === undefined ? [] : ['-p', parent]));
    },
  };
}

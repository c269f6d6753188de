import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { allCapabilities, repoCapabilities } from '#capabilities/index.ts';
import { openGit } from '#servers/github/git/open.ts';
import { openListeners } from '#servers/github/listeners.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { callRecord } from '#shared/changes/call-record.ts';
import { decide } from '#shared/changes/decide.ts';
import { localIssuer } from '#shared/changes/entitled.ts';
import { openSigningKey, publishKey, readVerificationKeys } from '#shared/changes/keys.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import type { Status } from '#shared/changes/transitions.ts';
import { startWorker } from '#shared/changes/worker.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { newSqliteLedger } from '#test/fakes/new-ledger.ts';
import { repoSponsors } from '#test/fakes/sponsors.ts';
import { connect } from '../../connect.ts';
import { startForge } from '../../start-forge.ts';
import { git } from '../kit.ts';

const reads = 'repo-read: { repositories: [acme/storefront] }';
const writes = (more: string) => `${reads}\n  repo-write: { repositories: [acme/storefront], ${more} }`;

/** Who may do what, each at an address of its own. */
const grants = {
  pusher: { at: '127.0.0.1', text: writes('base: [main], branches: ["work/*"]') },
  rival: { at: '127.0.0.2', text: writes('base: [main], branches: ["work/*"]') },
  narrow: { at: '127.0.0.3', text: writes('branches: ["work/*"], paths: { allow: ["docs/**"] }, max_files: 2') },
  reader: { at: '127.0.0.4', text: reads },
} as const;
export type Who = keyof typeof grants;

function blueprintOf(who: Who) {
  const { at, text } = grants[who];
  const whole = `blueprint: ${who}\ngoal: Try.\nagent: ${who}\nsponsor: operator\ncallers: [{ listener: ${at} }]\n`;
  const limits = 'limits: { reads_per_minute: 6000, writes_per_hour: 1000, pending: 100 }';
  const source = `${who}.yaml`;
  return parseBlueprint({
    text: `${whole}capabilities:\n  ${text}\n${limits}\n`,
    source,
    capabilities: allCapabilities,
  });
}

export type PushKit = Awaited<ReturnType<typeof startPushKit>>;

/** The listeners and the executor of a GitHub server with forge behind them, and somebody who decides. */
export async function startPushKit() {
  const forge = await startForge();
  const folder = mkdtempSync(join(tmpdir(), 'git-push-'));
  const ledgerPath = join(folder, 'ledger.db');
  await newSqliteLedger(ledgerPath);
  const ledger = await openLedger(ledgerPath);
  const { reader, door, upstream } = connect(forge.url);
  const key = openSigningKey(join(folder, 'keys/decision.pem'));
  publishKey(join(folder, 'keys/public.json'), key);
  const logged: { readonly what: string; readonly fields: unknown }[] = [];
  const log = (what: string, fields?: unknown): void => void logged.push({ what, fields });
  const place = { tools: toolbox(repoCapabilities), server: 'github', backend: forge.url, ...repoSponsors() };
  const context = { ...place, ledger, readerFor: () => reader, now: () => new Date() };
  const whoever = Object.keys(grants) as Who[];
  const blueprints = new Map(whoever.map((who) => [who as string, blueprintOf(who)]));
  const calls = callRecord({ ledger, now: context.now, onProblem: () => {} });
  const settings = { mirrors: join(folder, 'mirrors'), diskBytes: 2 ** 30, path: process.env['PATH'] ?? '' };
  const service = openGit({ settings, ...context, reader, upstream, log });
  const listeners = await openListeners({
    config: { port: 0, reviewUrl: 'http://127.0.0.1:7200', version: '0' },
    context,
    blueprints: [...blueprints.values()],
    blueprint: (name) => blueprints.get(name) ?? null,
    calls,
    git: service,
    log,
  });
  const keys = () => readVerificationKeys(join(folder, 'keys/public.json'));
  const executor = { ...context, door, keys, executor: 'test', leaseMs: 10_000 };
  const blueprint = (name: string) => blueprints.get(name) ?? null;
  const worker = startWorker({ ...executor, blueprint }, (event) => log('work', event));
  const approver = { issuer: localIssuer, subject: 'operator' };
  const sealedOf = async (id: string) => {
    const kept = await findSealed(ledger.db, id);
    if (kept === undefined) throw new Error(`no plan of ${id}`);
    return unseal(kept);
  };
  const url = (who: Who = 'pusher', repository = 'acme/storefront') =>
    `${listeners[whoever.indexOf(who)]?.url}/git/${repository}.git`;
  const statusOf = async (id: string) => (await findChange(ledger.db, id))?.status;
  const approve = async (id: string): Promise<void> => {
    const { seal } = await sealedOf(id);
    const changes = [{ changeId: id, seal }];
    await decide({ ledger, key, now: context.now }, { changes, verb: 'approve', approver, reason: 'good' });
  };
  const reaches = (id: string, status: Status): Promise<void> =>
    vi.waitFor(
      async () => {
        const found = await findChange(ledger.db, id);
        if (found?.status !== status)
          throw new Error(`${id} is ${found?.status}: ${found?.note}`, { cause: logged.at(-1) });
      },
      { timeout: 30_000, interval: 20 },
    );
  return {
    forge,
    ledger,
    logged,
    reader,
    url,
    sealedOf,
    statusOf,
    approve,
    reaches,
    /** Approves a change and waits until it is carried out. */
    land: async (id: string): Promise<void> => {
      await approve(id);
      await reaches(id, 'applied');
    },
    restore: async (id: string): Promise<string> => {
      const undo = await requestRestore(
        context,
        { person: approver },
        { change_id: id, choice: 'refuse', reason: 'Undo it.' },
      );
      await reaches(undo, 'pending');
      return undo;
    },
    clone: async (who: Who = 'pusher', ...args: readonly string[]) => {
      const dir = mkdtempSync(join(folder, 'work-'));
      await git('clone', '--quiet', ...args, url(who), dir);
      return workIn(dir);
    },
    close: async () => {
      await Promise.all([...listeners.map((one) => one.close()), service.close()]);
      await worker.stop();
      await calls.close();
      await ledger.close();
      await forge.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What git push printed, with how it ended; the change that it made, if it made one. */
export type Pushed = { readonly code: number; readonly said: string; readonly change: string };

/** A clone that somebody works in. */
function workIn(dir: string) {
  const inside = (...args: string[]): Promise<string> => git('-C', dir, ...args);
  return {
    dir,
    git: inside,
    /** Writes files (null deletes; those that end with .sh are executable) and commits them. */
    commit: async (message: string, files: Readonly<Record<string, string | null>>): Promise<string> => {
      for (const [path, content] of Object.entries(files)) {
        if (content === null) rmSync(join(dir, path));
        else {
          mkdirSync(dirname(join(dir, path)), { recursive: true });
          writeFileSync(join(dir, path), content, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
        }
      }
      await inside('add', '--all');
      await inside('commit', '--quiet', '--message', message);
      return inside('rev-parse', 'HEAD');
    },
    push: (...args: string[]): Promise<Pushed> => pushFrom(dir, args),
  };
}
export type Clone = ReturnType<typeof workIn>;

function pushFrom(dir: string, args: readonly string[]): Promise<Pushed> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile('git', ['-C', dir, 'push', ...args], { env }, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`.replaceAll(/[ \t]+$/gm, '');
      const code = error === null ? 0 : Number(error.code ?? -1);
      resolve({ code, said, change: /change (chg_\w+)/.exec(said)?.[1] ?? '' });
    });
  });
}

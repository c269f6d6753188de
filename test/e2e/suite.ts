import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patienceMs } from './people.ts';
import { type ServerProcess, startServer } from './server-process.ts';

type Name = 'forge' | 'github' | 'approvals' | 'tickets' | 'knowledge';

/** The whole suite on data of its own, each server a process that a test may kill and start again. */
export type TestSuite = {
  readonly data: string;
  readonly approverToken: string;
  readonly server: (name: Name) => ServerProcess;
  readonly start: (name: Name) => Promise<void>;
  /** What a server is started with, for a second one of its kind. */
  readonly environment: (name: Name) => Readonly<Record<string, string>>;
  /** Where the agent of the first (or another) blueprint reaches a server. */
  readonly mcpUrl: (name: Exclude<Name, 'forge'>, listener?: number) => string;
  readonly consoleUrl: () => string;
  /** Requests that forge has logged, oldest first. */
  readonly requests: () => readonly ForgeRequest[];
  /** Faults that forge is to play from now on. */
  readonly faults: (faults: readonly object[]) => void;
  /** Waits until forge has logged a request that a fault met, which it does before it plays the fault. */
  readonly faultPlayed: (since: number) => Promise<void>;
  /** Starts whatever does not run, and ends all faults, so that a test that failed leaves nothing to the next one. */
  readonly mend: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type ForgeRequest = {
  readonly method: string;
  readonly path: string;
  readonly fields?: readonly string[];
  readonly status: number;
  readonly caller: string;
  readonly repository?: string;
  /** The fault that was played on it. */
  readonly fault?: string;
};

/** Root fields that write. */
export const mutations: ReadonlySet<string> = new Set([
  'createRef',
  'createCommitOnBranch',
  'createPullRequest',
  'closePullRequest',
  'reopenPullRequest',
  'updateRefs',
  'updatePullRequest',
  'convertPullRequestToDraft',
  'markPullRequestReadyForReview',
  'addComment',
  'deleteIssueComment',
  'addPullRequestReviewThreadReply',
  'deletePullRequestReviewComment',
  'resolveReviewThread',
  'unresolveReviewThread',
  'updatePullRequestBranch',
  'mergePullRequest',
  'revertPullRequest',
]);

/** The requests that ask the backend to write. */
export function writesAmong(requests: readonly ForgeRequest[]): readonly ForgeRequest[] {
  return requests.filter((request) => request.fields?.some((field) => mutations.has(field)));
}

/**
 * Starts forge, approvals and github. `blueprints`: YAML texts by file name; the default one unless given. `ledger`: where
 * it is, unless in the data folder. `people`: the list of people, as YAML. `github`, `knowledge`: more settings of these servers. A server
 * of tickets or of pages, each on data of its own, can be started besides.
 */
export async function startTestSuite(
  options: {
    blueprints?: Record<string, string>;
    ledger?: string;
    people?: string;
    github?: Record<string, string>;
    knowledge?: Record<string, string>;
  } = {},
): Promise<TestSuite> {
  const data = mkdtempSync(join(tmpdir(), 'countersign-e2e-'));
  const approverToken = randomBytes(32).toString('hex');
  const faultsFile = join(data, 'faults.json');
  const env = environments(data, approverToken, faultsFile, options);
  const running = new Map<Name, ServerProcess>();
  const server = (name: Name): ServerProcess => {
    const found = running.get(name);
    if (!found) throw new Error(`${name} does not run`);
    return found;
  };
  // After its first start a server keeps its port, so that the others find it again.
  const start = async (name: Name): Promise<void> => {
    const started = await startServer(name, env[name]);
    running.set(name, started);
    const port = (url: string | undefined): string => new URL((url ?? '').split(' ')[0] ?? '').port;
    if (name === 'forge') {
      env.forge['COUNTERSIGN_FORGE_PORT'] = port(started.ready['url']);
      env.github['COUNTERSIGN_GITHUB_URL'] = started.ready['url'] ?? '';
    }
    if (name === 'approvals') {
      env.approvals['COUNTERSIGN_CONSOLE_PORT'] = port(started.ready['console']);
      for (const one of [env.github, env.tickets, env.knowledge])
        one['COUNTERSIGN_REVIEW_URL'] = started.ready['console'] ?? '';
    }
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map((one) => one.stop()));
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await Promise.all([start('forge'), start('approvals')]);
    await start('github');
  } catch (error) {
    await stop();
    throw error;
  }
  const requests = (): ForgeRequest[] => readLines(join(data, 'forge', 'requests.jsonl'));
  const faults = (wanted: readonly object[]): void => writeFileSync(faultsFile, JSON.stringify(wanted));
  return {
    data,
    approverToken,
    server,
    start,
    environment: (name) => env[name],
    mcpUrl: (name, listener = 0) => `${server(name).ready['url']?.split(' ')[listener]}/mcp`,
    consoleUrl: () => server('approvals').ready['console'] ?? '',
    requests,
    faults,
    faultPlayed: async (since) => {
      const deadline = performance.now() + patienceMs;
      while (!requests().some((request, at) => at >= since && request.fault !== undefined)) {
        if (performance.now() > deadline) throw new Error('the fault was never played');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    mend: async () => {
      faults([]);
      for (const name of ['forge', 'approvals', 'github'] as const) if (!server(name).isRunning()) await start(name);
    },
    stop,
  };
}

function readLines(path: string): ForgeRequest[] {
  // What comes after the last end of a line is still being written.
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

function environments(
  data: string,
  approverToken: string,
  faultsFile: string,
  { blueprints, ledger, people, github, knowledge }: NonNullable<Parameters<typeof startTestSuite>[0]>,
): Record<Name, Record<string, string>> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  for (const folder of ['github', 'approvals']) mkdirSync(join(data, folder), { mode: 0o700 });
  const appKey = join(data, 'github', 'app-key.pem');
  const appPublicKey = join(data, 'app-public-key.pem');
  writeFileSync(appKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(appPublicKey, publicKey.export({ type: 'spki', format: 'pem' }));
  const decisionKeys = join(data, 'approvals', 'decision-keys.json');
  const common: Record<string, string> = {
    COUNTERSIGN_DATA: data,
    ...(ledger === undefined ? {} : { COUNTERSIGN_LEDGER: ledger }),
  };
  if (blueprints) {
    const folder = join(data, 'blueprints');
    mkdirSync(folder);
    for (const [name, text] of Object.entries(blueprints)) writeFileSync(join(folder, name), text);
    common['COUNTERSIGN_BLUEPRINTS'] = folder;
  }
  if (people !== undefined) {
    common['COUNTERSIGN_PEOPLE'] = join(data, 'people.yaml');
    writeFileSync(join(data, 'people.yaml'), people);
  }
  const beside = { ...common, COUNTERSIGN_DECISION_KEYS: decisionKeys, COUNTERSIGN_LEASE_MS: '1000' };
  return {
    forge: {
      COUNTERSIGN_DATA: data,
      COUNTERSIGN_FORGE_PORT: '0',
      COUNTERSIGN_FORGE_APP_ID: '1',
      COUNTERSIGN_FORGE_APP_PUBLIC_KEY: appPublicKey,
      COUNTERSIGN_FORGE_FAULTS: faultsFile,
    },
    approvals: {
      ...common,
      COUNTERSIGN_APPROVALS_PORT: '0',
      COUNTERSIGN_CONSOLE_PORT: '0',
      COUNTERSIGN_DECISION_KEYS: decisionKeys,
      COUNTERSIGN_APPROVER_TOKEN: approverToken,
      COUNTERSIGN_SIGN_IN_FILE: join(data, 'approvals', 'sign-in'),
    },
    github: {
      ...common,
      COUNTERSIGN_GITHUB_PORT: '0',
      COUNTERSIGN_GITHUB_APP_ID: '1',
      COUNTERSIGN_GITHUB_APP_KEY: appKey,
      COUNTERSIGN_DECISION_KEYS: decisionKeys,
      // Short, so that a server that was killed is not waited for long; the default is ten seconds.
      COUNTERSIGN_LEASE_MS: '1000',
      ...github,
    },
    tickets: { ...beside, COUNTERSIGN_TICKETS_PORT: '0' },
    knowledge: { ...beside, COUNTERSIGN_KNOWLEDGE_PORT: '0', ...knowledge },
  };
}

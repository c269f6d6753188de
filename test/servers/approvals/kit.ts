import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { knowledgeCapabilities, repoCapabilities } from '#capabilities/index.ts';
import type { RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { askablesOf } from '#servers/approvals/askables.ts';
import { readConfig } from '#servers/approvals/config.ts';
import { type Approvals, startApprovals } from '#servers/approvals/start.ts';
import type { Blueprint, Review } from '#shared/blueprints/blueprint.ts';
import { type Decider, decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { currentSigningKey, readVerificationKeys } from '#shared/changes/keys.ts';
import { redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import { policyBy } from '#shared/changes/policy.ts';
import { propose } from '#shared/changes/propose.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { startWorker } from '#shared/changes/worker.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { currentPeople } from '#shared/people/current.ts';
import { logTo } from '#shared/telemetry/log.ts';
import type { JsonObject } from '#shared/tools/index.ts';
import { newSqliteLedger } from '#test/fakes/new-ledger.ts';
import { type NoteStore, noteStore } from '#test/fakes/notes.ts';
import { notesCapability } from '#test/fakes/notes-tool.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { noteSponsors, repoSponsors } from '#test/fakes/sponsors.ts';

export const token = 'a-preset-token-of-more-than-32-characters';

const yaml = (name: string, address: string, tools = '') => `
blueprint: ${name}
goal: Try things out.
agent: ${name}-bot
sponsor: alice
callers: [{ listener: ${address} }]
capabilities:
  repo-read: { repositories: [acme/web] }
  ${tools}
`;

/** The approvals server with two agents, a backend of notes with its executor, and a repository to propose for. */
export type Suite = Approvals & {
  readonly ledger: Ledger;
  readonly notes: NoteStore;
  /** Sign-in links that were printed. */
  readonly links: readonly string[];
  readonly logged: readonly string[];
  readonly folder: string;
  /** Moves the server's clock on. */
  readonly pass: (ms: number) => void;
  /** A request to the console, as a script with the preset token unless other headers are given. */
  readonly ask: (path: string, init?: { body?: unknown; headers?: Record<string, string> }) => Promise<Answer>;
  /** Proposes to set notes, as an agent's call on another server would. Answers the id of the change. */
  readonly proposeNote: (
    text: string,
    more?: { id?: string; agent?: 'one' | 'two'; reason?: string; link?: string; after?: string; supersedes?: string },
  ) => Promise<string>;
  /** The same for several notes: one step each. */
  readonly proposeNotes: (notes: Readonly<Record<string, string>>, more?: { supersedes: string }) => Promise<string>;
  readonly proposeFiles: (args: {
    files: readonly object[];
    reason?: string;
    title?: string;
    branch?: string;
    after?: string;
    supersedes?: string;
  }) => Promise<string>;
  /** The same as a commit on a branch that is there. */
  readonly commitFiles: (branch: string, files: readonly object[]) => Promise<string>;
  /** Brings the branch of a pull request up to date. */
  readonly updateBranch: (number: number) => Promise<string>;
  readonly repository: FakeRepository;
  /** Starts the executor of the repository. */
  readonly workOnRepository: () => void;
  /** Starts the executor of the notes; answers how to stop it. */
  readonly work: () => () => Promise<void>;
  /** Decides a change of notes by its rule, as the server does by the rules of its own blueprints. */
  readonly decideByRule: (id: string) => Promise<void>;
  /** Takes an agent's blueprint away. */
  readonly revoke: (agent: 'one' | 'two') => void;
};

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Body };
/** An answer is looked at as the JSON that it is. */
export type Body = ReturnType<typeof JSON.parse>;

export async function startSuite(
  options: {
    timing?: Parameters<typeof startApprovals>[0]['timing'];
    sending?: Parameters<typeof startApprovals>[0]['sending'];
    environment?: Record<string, string | undefined>;
    /** A list of people, as YAML; who signs in at a provider is in it. */
    people?: string;
    /** The review rules of the agents' changes. */
    review?: Partial<Record<'one' | 'two', Review>>;
    /** Whether changes of notes can be reviewed where the notes are. */
    reviews?: boolean;
    /** Whether a note can be held back until a person accepts it. */
    quarantine?: 'possible' | 'impossible';
    /** Whether nobody can tell what the agents' sponsors may do, and the blueprints say so. */
    unverified?: boolean;
  } = {},
): Promise<Suite> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-approvals-'));
  writeFileSync(join(folder, 'one.yaml'), yaml('one', '127.0.0.1'));
  writeFileSync(
    join(folder, 'two.yaml'),
    yaml('two', '127.0.0.2', 'change-queue: { tools: [list_changes, get_change] }'),
  );
  const listed = join(folder, 'people.list');
  if (options.people !== undefined) writeFileSync(listed, options.people);
  const config = readConfig({
    COUNTERSIGN_DATA: join(folder, 'data'),
    COUNTERSIGN_APPROVALS_PORT: '0',
    COUNTERSIGN_CONSOLE_PORT: '0',
    COUNTERSIGN_BLUEPRINTS: folder,
    COUNTERSIGN_APPROVER_TOKEN: token,
    ...(options.people !== undefined && { COUNTERSIGN_PEOPLE: listed }),
    ...options.environment,
  });
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  await newSqliteLedger(config.ledger);
  const logged: string[] = [];
  let passed = 0;
  const now = () => new Date(Date.now() + passed);
  const links: string[] = [];
  const capability = notesCapability('guarded', true, true, options.reviews, options.quarantine);
  const blueprintOf = (name: 'one' | 'two') => ({
    ...newBlueprint(name),
    ...pick(options.review?.[name]),
    ...(options.unverified === true && { sponsorAccess: 'unverified' as const }),
  });
  const notesBlueprints = () => [blueprintOf('one'), blueprintOf('two')];
  // The server's own blueprints grant no notes, and no pages.
  const askables = [...askablesOf([capability]), ...askablesOf(knowledgeCapabilities)].map((one) => ({
    ...one,
    look: (args: JsonObject) => one.look(args, notesBlueprints()),
    choices: () => one.choices(notesBlueprints()),
  }));
  const approvals = await startApprovals({
    config,
    askables,
    now,
    announce: ({ url }) => void links.push(url),
    log: logTo('approvals', (line) => void logged.push(line)),
    ...(options.timing && { timing: options.timing }),
    ...(options.sending && { sending: options.sending }),
  });
  const ledger = await openLedger(config.ledger);
  const notes = noteStore();
  const approvers = options.people === undefined ? {} : { people: currentPeople(listed), signIn: 'provider' as const };
  const { sponsors, strangers } = noteSponsors();
  if (options.unverified === true) strangers.add('alice');
  const place = { tools: toolbox([capability]), server: 'notes', backend: 'notes.test', sponsors, approvers };
  const cleanUps: (() => Promise<unknown>)[] = [];
  onTestFinished(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
    await approvals.close();
    await ledger.close();
    rmSync(folder, { recursive: true });
  });
  const setNotes = async (agent: 'one' | 'two', args: object): Promise<string> => {
    const context = { ...place, ledger, readerFor: () => notes.reader, now };
    const found = place.tools.find('set_notes');
    if (found?.tool.kind !== 'write') throw new Error('no set_notes');
    const granted = { tool: found.tool, capability: found.capability };
    return (await propose(context, blueprintOf(agent), granted, args)).changeId;
  };
  const repository = new FakeRepository({ 'README.md': '# Web\n', 'src/app.ts': 'one\ntwo\nthree\n' });
  const repoAt = { server: 'github', backend: 'github.test', sponsors: repoSponsors().sponsors };
  const repoPlace = { tools: toolbox(repoCapabilities), ...repoAt };
  const toRepository = async (name: string, args: object): Promise<string> => {
    const context = { ...repoPlace, ledger, readerFor: () => repository.reader(), now };
    const found = repoPlace.tools.find(name);
    if (found?.tool.kind !== 'write') throw new Error(`no ${name}`);
    const granted = { tool: found.tool, capability: found.capability };
    return (await propose(context, blueprintOf('one'), granted, { repository: 'acme/web', ...args })).changeId;
  };
  return {
    ...approvals,
    ledger,
    notes,
    logged,
    links,
    folder,
    repository,
    pass: (ms) => {
      passed += ms;
    },
    ask: (path, init) => ask(approvals.consoleUrl, path, init),
    proposeNote: (text, { id = 'a', agent = 'one', reason = 'Because.', link, ...more } = {}) =>
      setNotes(agent, { notes: [{ id, text, ...(link && { link }) }], reason, ...more }),
    proposeNotes: (texts, more) =>
      setNotes('one', {
        notes: Object.entries(texts).map(([id, text]) => ({ id, text })),
        reason: 'Because.',
        ...more,
      }),
    proposeFiles: ({ reason = 'Because.', title = 'Change things', ...more }) => {
      const about = { base: 'main', branch: 'agent/things', title, body: 'Text.', reason };
      return toRepository('propose_pull_request', { ...about, ...more });
    },
    commitFiles: (branch, files) =>
      toRepository('commit_files', { branch, message: 'Change things', files, reason: 'Because.' }),
    updateBranch: (number) => toRepository('update_branch', { number, reason: 'Because.' }),
    workOnRepository: () => {
      const door: WriterDoor<RepoWriter, RepoTarget> = {
        open: async (permit) => {
          redeemPermit(permit);
          return repository.writer();
        },
        done: async () => {},
      };
      const context = { ...repoPlace, ledger, readerFor: () => repository.reader(), door, now, leaseMs: 5_000 };
      const keys = () => readVerificationKeys(config.decisionKeys);
      const blueprint = () => blueprintOf('one');
      cleanUps.push(startWorker({ ...context, keys, blueprint, executor: randomUUID() }, () => {}).stop);
    },
    work: () => {
      const worker = startWorker(
        {
          ...place,
          ledger,
          readerFor: () => notes.reader,
          door: notes.door,
          keys: () => readVerificationKeys(config.decisionKeys),
          blueprint: (name) => blueprintOf(name as 'one' | 'two'),
          blueprints: notesBlueprints,
          executor: randomUUID(),
          leaseMs: 5_000,
          now,
        },
        () => {},
      );
      cleanUps.push(worker.stop);
      return worker.stop;
    },
    decideByRule: async (id) => {
      const deciders: Decider[] = [
        async (_tx, { body }) => {
          const by = policyBy(body);
          return by && { by };
        },
      ];
      const key = currentSigningKey(config.decisionKey);
      await decideAutomatically({ ledger, key, now, deciders }, id);
    },
    revoke: (agent) => rmSync(join(folder, `${agent}.yaml`)),
  };
}

/** What the agent's blueprint says to the notes server; approvals reads the rest of it from its file. */
function newBlueprint(name: 'one' | 'two'): Blueprint {
  const grants = [
    { capability: 'notes-write', scope: { notes: ['a', 'b', 'c'] }, tools: new Set(['set_notes']) },
    { capability: 'knowledge-write', scope: { namespaces: ['handbook'] }, tools: new Set(['update_page']) },
    {
      capability: 'repo-read',
      scope: { repositories: ['acme/web'] },
      tools: new Set(['read_file', 'get_pull_request']),
    },
    {
      capability: 'repo-write',
      scope: {
        repositories: ['acme/web'],
        base: ['main'],
        branches: ['agent/*'],
        paths: { allow: ['**'] },
        max_files: 1_000,
        max_bytes: 5_000_000,
      },
      tools: new Set(['propose_pull_request', 'commit_files', 'update_branch']),
    },
  ];
  return {
    name,
    goal: 'Try things out.',
    agent: `${name}-bot`,
    sponsor: 'alice',
    listeners: [],
    grants: new Map(grants.map((grant) => [grant.capability, grant])),
    review: { by: ['local'], quorum: 1, expiresMs: 3_600_000 },
    limits: { writesPerHour: 100, pending: 100, readsPerMinute: 600 },
    log: { arguments: 'digest' },
    digest: '0'.repeat(64),
    source: name,
  };
}

function pick(review: Review | undefined): Partial<Blueprint> {
  return review === undefined ? {} : { review };
}

async function ask(
  base: string,
  path: string,
  { body, headers = { authorization: `Bearer ${token}` } }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${base}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    redirect: 'manual',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/**
 * Asks again until the answer is as wanted; how things that another part does are waited for. Ever less often: who asks
 * takes the time of who is to answer.
 */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 1.5, 50)) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { allCapabilities, repoCapabilities } from '#capabilities/index.ts';
import { personKnower } from '#servers/approvals/sign-in/admission.ts';
import { arrangementPath } from '#servers/forge/arrangement.ts';
import { reviewsPath } from '#servers/forge/reviews.ts';
import { type HeadWatch, type Watching, watchHeads } from '#servers/github/check/watch.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { auditLedger } from '#shared/changes/audit.ts';
import { decide } from '#shared/changes/decide.ts';
import { decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { reviewDecider } from '#shared/changes/decide-by-review.ts';
import { openSigningKey, publishKey, readVerificationKeys, type SigningKey } from '#shared/changes/keys.ts';
import { propose } from '#shared/changes/propose.ts';
import { sponsorsOf } from '#shared/changes/sponsors.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { lookAtReviews } from '#shared/changes/watch-reviews.ts';
import { startWorker, type Worker } from '#shared/changes/worker.ts';
import { Secret } from '#shared/http/secret.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { eventsOf } from '#shared/ledger/events.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { endStop, insertStop } from '#shared/ledger/stops.ts';
import { parsePeople } from '#shared/people/load.ts';
import { sponsorAccounts } from '#shared/people/sponsor.ts';
import { newSqliteLedger } from '#test/fakes/new-ledger.ts';
import { appKeys, commit as commitTo, headOf, makeBranch, runForge, type TestForge } from '../forge/kit.ts';
import { connect } from './connect.ts';

const repository = 'acme/storefront';
const permissions = { contents: 'write', pull_requests: 'write', checks: 'write', statuses: 'read' } as const;

const people = parsePeople({
  source: 'people.yaml',
  text: `people:
  alice: { sign_in: [{ issuer: "https://id.test", subject: alice }], accounts: { github: alice }, groups: [staff] }
  bob: { sign_in: [{ issuer: "https://id.test", subject: bob }], accounts: { github: bob }, groups: [staff] }
`,
});

const blueprint = parseBlueprint({
  source: 'fixer.yaml',
  capabilities: allCapabilities,
  text: `blueprint: fixer
goal: Fix what is broken.
agent: fix-bot
sponsor: alice
callers: [{ listener: 127.0.0.1 }]
capabilities:
  repo-read: { repositories: [${repository}] }
  repo-write: { repositories: [${repository}], base: [main], branches: ["agent/*"], paths: { allow: ["src/**"] }, max_files: 20, max_bytes: 1MiB }
  repo-merge: { repositories: [${repository}], base: [main], methods: [squash] }
review:
  default: { by: [group:staff] }
  rules:
    - { name: merges, tools: [merge_pull_request], by: [github_review] }
`,
});

let folder: string;
let forge: TestForge;
let ledger: Ledger;
let key: SigningKey;
let worker: Worker;
let watch: HeadWatch | undefined;
let backend: ReturnType<typeof connect>;

const now = () => new Date();
const verifying = () => readVerificationKeys(join(folder, 'keys/public.json'));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-answering-'));
  forge = await runForge({ permissions });
  await newSqliteLedger(join(folder, 'ledger.db'));
  ledger = await openLedger(join(folder, 'ledger.db'));
  key = openSigningKey(join(folder, 'keys/decision.pem'));
  publishKey(join(folder, 'keys/public.json'), key);
  const pem = new Secret(appKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const app = { appId: 7, appKey: { pem } };
  backend = connect(forge.url, { ...app, beforeMerge: async (name) => watch?.now(name) });
  const more = { door: backend.door, keys: verifying, executor: `github ${randomUUID()}`, leaseMs: 10_000 };
  worker = startWorker({ ...place(), ...more, blueprint: () => blueprint }, () => {});
});
afterAll(async () => {
  await watch?.stop();
  await worker.stop();
  await ledger.close();
  await forge.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await reviewed();
  await watch?.stop();
  watch = undefined;
});

function place() {
  const sponsors = sponsorsOf(backend.sponsorAccess(sponsorAccounts(() => people, 'github')));
  const at = { server: 'github', backend: forge.url, sponsors, approvers: { people: () => people } };
  return { ...at, tools: toolbox(repoCapabilities), ledger, readerFor: () => backend.reader, now };
}

async function asked(name: string, args: object): Promise<string> {
  const { tools, ...rest } = place();
  const found = tools.find(name);
  if (found?.tool.kind !== 'write') throw new Error(`no ${name}`);
  const granted = { tool: found.tool, capability: found.capability };
  const all = { repository, reason: 'Because.', ...args };
  return (await propose({ tools, ...rest }, blueprint, granted, all)).changeId;
}

async function approve(id: string, subject: string): Promise<void> {
  const approver = { issuer: 'https://id.test', subject };
  const known = personKnower(() => people)({ approver, how: 'oidc', name: null, groups: [] });
  const seal = (await findSealed(ledger.db, id))?.seal ?? '';
  const input = { changes: [{ changeId: id, seal }], verb: 'approve', approver, known, reason: '' } as const;
  await decide({ ledger, key, now, people: () => people }, input);
}

const ended = (id: string, status = 'applied') =>
  vi.waitFor(async () => expect(await findChange(ledger.db, id)).toMatchObject({ status }), { timeout: 10_000 });

let opened = 0;

/** A pull request of the agent's, which somebody has approved; where it is, and its change. */
async function pullBy(approver: string) {
  opened += 1;
  const branch = `agent/${opened}`;
  const files = [{ path: `src/fix-${opened}.ts`, content: 'export {};\n' }];
  const about = { base: 'main', branch, title: 'Fix', body: 'Text.', draft: false, files };
  const change = await asked('propose_pull_request', about);
  await approve(change, approver);
  await ended(change);
  const { items } = await backend.reader.pullRequests(repository, { limit: 1, state: 'open', head: branch });
  const [pull] = items;
  if (!pull) throw new Error('no pull request');
  return { change, branch, number: pull.number, head: pull.headOid };
}

let given = 0;
/** Whoever reads it meanwhile finds what was there before. */
async function reviewed(
  ...said: readonly { pull: number; by: string; commit: string; state?: string }[]
): Promise<void> {
  const all = said.map((one) => {
    given += 1;
    return { id: given, repository, state: 'APPROVED', submitted_at: '2027-01-02T03:04:05Z', ...one };
  });
  const path = reviewsPath(forge.config.dataDir);
  await writeFile(`${path}.new`, JSON.stringify(all));
  await rename(`${path}.new`, path);
}

type Run = {
  readonly name: string;
  readonly conclusion: string;
  readonly external_id: string;
  readonly details_url: string;
  readonly output: { readonly title: string; readonly summary: string };
};

async function runsAt(head: string): Promise<readonly Run[]> {
  const bearer = await forge.token({ checks: 'read' });
  const answer = await forge.rest(bearer, `/repos/${repository}/commits/${head}/check-runs`);
  return ((await answer.json()) as { check_runs: Run[] }).check_runs;
}

const problems: unknown[] = [];

function watching(more: Partial<Watching> = {}): HeadWatch {
  const url = 'https://console.test';
  const context = { ...backend.checks, ledger, repositories: [repository], keys: verifying, now };
  const all = { ...context, people: () => people, reviewUrl: url, everyMs: 3_600_000, ...more };
  watch = watchHeads(all, (_what, { error }) => problems.push(error));
  return watch;
}

/** What stands at a head once everything is up to date. */
async function saidAt(head: string, wanted = 1): Promise<Run | undefined> {
  await (watch ?? watching()).now(repository);
  const runs = await runsAt(head);
  expect(runs).toHaveLength(wanted);
  return runs[0];
}

describe('the check on a head', () => {
  test('fails while only the sponsor has answered, names who did, and leads to the change', async () => {
    const alone = await pullBy('alice');
    const both = await pullBy('bob');
    expect(await saidAt(alone.head)).toMatchObject({
      name: 'countersign',
      conclusion: 'failure',
      external_id: `${alone.change} ${alone.head}`,
      details_url: `https://console.test/changes/${alone.change}`,
      output: {
        title: 'Nobody but the sponsor (alice) is known to have answered for this',
        summary: `- ${alone.change}, for alice: alice`,
      },
    });
    expect(await saidAt(both.head)).toMatchObject({ conclusion: 'success', output: { title: 'Answered for by bob' } });
    const told = (await eventsOf(ledger.db, both.change)).filter(({ type }) => type === 'check.posted');
    expect(told).toMatchObject([{ body: { head: both.head, conclusion: 'success' } }]);
  });

  test('comes soon after a change, with a token that can write nothing else, and once', async () => {
    watching();
    const before = (await forge.log()).length;
    const { head } = await pullBy('bob');
    await vi.waitFor(async () => expect(await runsAt(head)).toHaveLength(1), { timeout: 10_000 });
    await saidAt(head);
    const written = (await forge.log()).slice(before).filter(({ path }) => /\/check-runs$/.test(String(path)));
    expect(written.filter(({ method }) => method === 'POST')).toHaveLength(1);
    await watch?.stop();
    watching();
    await saidAt(head);
    expect(problems).toEqual([]);
  });

  test('passes once somebody else approves just that head on GitHub, and fails again when that is taken back', async () => {
    const { number: pull, head } = await pullBy('alice');
    expect(await saidAt(head)).toMatchObject({ conclusion: 'failure' });
    await reviewed({ pull, by: 'alice', commit: head });
    expect(await saidAt(head)).toMatchObject({ conclusion: 'failure' });
    await reviewed({ pull, by: 'bob', commit: head });
    expect(await saidAt(head)).toMatchObject({
      conclusion: 'success',
      output: { title: 'Answered for by alice, bob', summary: expect.stringContaining('- this head: bob') },
    });
    await reviewed({ pull, by: 'bob', commit: head, state: 'DISMISSED' });
    expect(await saidAt(head)).toMatchObject({ conclusion: 'failure' });
    // What has not changed is not sent again.
    const lists = (await forge.log()).filter(({ path }) => String(path).includes('/pulls?state=open'));
    expect(lists.at(-1)?.['status']).toBe(304);
  });

  test('lets through what people pushed, says so beside an agent’s work, and holds what is not on record', async () => {
    const bearer = await forge.token(permissions);
    const { branch } = await pullBy('bob');
    const theirs = await pullOfPeople();
    expect(await saidAt(theirs)).toMatchObject({
      conclusion: 'neutral',
      details_url: 'https://console.test',
      output: { title: 'No agent wrote any of this through Countersign' },
    });
    const beside = pushAs('bob', branch);
    expect(await saidAt(beside)).toMatchObject({
      conclusion: 'success',
      output: { summary: expect.stringContaining('- 1 commits by others') },
    });
    await commitByBot(bearer, branch, beside);
    const stray = await headOf(forge, bearer, branch);
    expect(await saidAt(stray)).toMatchObject({
      conclusion: 'failure',
      output: { title: 'Some commits of this App are not on record here' },
    });
  });

  test('is not written while writes are stopped, and then is', async () => {
    const { head } = await pullBy('bob');
    const actor = { kind: 'person', issuer: 'https://id.test', subject: 'bob' } as const;
    const at = now().toISOString();
    const stop = { scope: 'server', value: 'github', reason: 'look', actor, at } as const;
    const id = await ledger.write((tx) => insertStop(tx, stop));
    const held = await saidAt(head, 0).finally(() => {
      return ledger.write((tx) => endStop(tx, { id, reason: 'looked', actor, at }));
    });
    expect(held).toBeUndefined();
    expect(await saidAt(head)).toMatchObject({ conclusion: 'success' });
  });
});

describe('a merge that goes by reviews on GitHub', () => {
  const merging = ({ number, head }: { number: number; head: string }) =>
    asked('merge_pull_request', { number, method: 'squash', expected_head: head });

  /** What both servers do while a change waits. */
  async function lookAt(id: string): Promise<boolean> {
    await lookAtReviews(place(), id);
    const deciders = [reviewDecider({ blueprint: () => blueprint, people: () => people })];
    return decideAutomatically({ ledger, key, now, people: () => people, deciders }, id);
  }

  test('waits for one of just that head, and then meets a ruleset that wants it and the check', async () => {
    const rules = [
      { type: 'pull_request' },
      { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'countersign' }] } },
    ];
    await writeFile(arrangementPath(forge.config.dataDir), JSON.stringify({ rules: { [repository]: rules } }));
    watching();
    const pull = await pullBy('alice');
    const id = await merging(pull);
    const main = (await backend.reader.head(repository, 'main')) ?? '';
    for (const one of [
      { by: 'bob', commit: main },
      { by: 'alice', commit: pull.head },
      { by: 'bob', commit: pull.head, state: 'CHANGES_REQUESTED' },
    ]) {
      await reviewed({ pull: pull.number, ...one });
      expect(await lookAt(id)).toBe(false);
    }
    await reviewed({ pull: pull.number, by: 'bob', commit: pull.head });
    expect(await lookAt(id)).toBe(true);
    await ended(id);
    expect(await backend.reader.pullRequest(repository, pull.number)).toMatchObject({ state: 'merged' });
    expect((await runsAt(pull.head))[0]).toMatchObject({ conclusion: 'success' });
    const found = await auditLedger(ledger.db, { keys: verifying(), people, checkpoints: [], vault: null });
    expect(found.findings).toEqual([]);
    rmSync(arrangementPath(forge.config.dataDir));
  });

  test('is not done when the review was dismissed in between', async () => {
    const pull = await pullBy('bob');
    const id = await merging(pull);
    await reviewed({ pull: pull.number, by: 'bob', commit: pull.head });
    await lookAtReviews(place(), id);
    await reviewed({ pull: pull.number, by: 'bob', commit: pull.head, state: 'DISMISSED' });
    const deciders = [reviewDecider({ blueprint: () => blueprint, people: () => people })];
    expect(await decideAutomatically({ ledger, key, now, people: () => people, deciders }, id)).toBe(true);
    await ended(id, 'stale');
    expect((await findChange(ledger.db, id))?.note).toContain('The review of bob on GitHub');
    expect(await backend.reader.pullRequest(repository, pull.number)).toMatchObject({ state: 'open' });
  });
});

/** A commit that Countersign did not make, by the same App. */
async function commitByBot(bearer: string, branch: string, head: string): Promise<void> {
  const changes = { additions: [{ path: 'src/stray.ts', contents: 'eA==' }] };
  await commitTo(forge.query(bearer), { branch, head, changes });
}

/** A commit that somebody pushes with git. */
function pushAs(who: string, branch: string): string {
  const git = (args: readonly string[], more: Record<string, string> = {}): string =>
    execFileSync('git', [...args], {
      cwd: join(forge.config.dataDir, `${repository}.git`),
      env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', ...more },
      encoding: 'utf8',
    }).trim();
  const from = git(['rev-parse', branch]);
  const name = { GIT_AUTHOR_NAME: who, GIT_AUTHOR_EMAIL: `${who}@acme.example` };
  const committer = { GIT_COMMITTER_NAME: who, GIT_COMMITTER_EMAIL: `${who}@acme.example` };
  const oid = git(['commit-tree', `${from}^{tree}`, '-p', from, '-m', 'By hand'], { ...name, ...committer });
  git(['update-ref', `refs/heads/${branch}`, oid, from]);
  return oid;
}

/** A pull request in which no agent has a hand; where it is. */
async function pullOfPeople(): Promise<string> {
  const bearer = await forge.token(permissions);
  await makeBranch(forge, bearer, 'by-hand');
  const head = pushAs('bob', 'by-hand');
  const body = { title: 'By hand', head: 'by-hand', base: 'main' };
  expect((await forge.rest(bearer, `/repos/${repository}/pulls`, { method: 'POST', body })).status).toBe(201);
  return head;
}

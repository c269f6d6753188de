import { execFileSync } from 'node:child_process';
import { App } from '@octokit/app';
import { graphql } from '@octokit/graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { blobOid } from '#capabilities/repo/blob.ts';
import type { Look, Repository } from '#capabilities/repo-read/ports.ts';
import { ownershipAt } from '#capabilities/repo-write/owners.ts';
import type { RepoWriter, TreeChange } from '#capabilities/repo-write/ports.ts';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import { Secret } from '#shared/http/secret.ts';
import { NotDone } from '#shared/tools/index.ts';
import { type Bench, openBench } from '#test/contracts/github/bench.ts';
import { githubContract } from '#test/contracts/github/contract.ts';
import { placeOf } from '#test/contracts/github/place.ts';
import { connect, keys, mustEndpoints, oidOf } from './connect.ts';
import { type Logged, type RunningForge, startForge } from './start-forge.ts';

const name = 'acme/storefront';
let forge: RunningForge;
let backend: ReturnType<typeof connect>;
let repository: Repository;
let main: string;
let bench: Bench;

beforeAll(async () => {
  forge = await startForge({ repositories: [{ name: 'scratch', description: 'A countersign scratch repository' }] });
  backend = connect(forge.url);
  repository = await backend.reader.repository(name);
  main = (await backend.reader.head(name, 'main')) ?? expect.unreachable('there is no main branch');
  const appKey = { pem: new Secret(keys.privateKey) };
  const place = placeOf({ endpoints: mustEndpoints(forge.url), appId: 1, appKey, repository: 'acme/scratch' });
  bench = await openBench({ ...place, settleMs: 10_000, paceMs: 0 });
});
beforeEach(() => {
  forge.faults([]);
  forge.ci([]);
  forge.reviews([]);
});
afterAll(async () => {
  await bench.close();
  await forge.close();
});

githubContract(() => bench);

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', `gpg.ssh.allowedSignersFile=${forge.allowedSigners}`, ...args], {
    cwd: forge.gitDir,
    env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const writer = (from = backend): Promise<RepoWriter> =>
  from.openWriter({ repositoryId: repository.id, repository: name });
const fail = (error: unknown): unknown => error;

/** What forge was asked while `work` ran, without the requests that mint and end tokens. */
async function requestsOf(work: () => Promise<unknown>): Promise<Logged[]> {
  const before = forge.requests().length;
  await work();
  return forge
    .requests()
    .slice(before)
    .filter(({ path }) => !/\/installation$|\/access_tokens$|\/installation\/token$/.test(path));
}

/** Somebody's token, which may do what the App may, and was minted for nobody else. */
async function somebodysToken(): Promise<string> {
  const app = new App({ appId: 1, privateKey: keys.privateKey });
  const via = { baseUrl: `${forge.url}/api/v3` };
  const { data } = await app.octokit.request('GET /repos/{owner}/{repo}/installation', {
    ...{ owner: 'acme', repo: 'storefront', ...via },
  });
  const route = 'POST /app/installations/{installation_id}/access_tokens';
  const { data: minted } = await app.octokit.request(route, { installation_id: data.id, ...via });
  return minted.token;
}

/** Somebody says something at a line of a pull request, or answers there. */
async function remark(number: number, path: string, body: object): Promise<number> {
  const answer = await fetch(`${forge.url}/api/v3/repos/${name}/pulls/${number}/comments${path}`, {
    ...{ method: 'POST', body: JSON.stringify(body) },
    headers: { authorization: `Bearer ${await somebodysToken()}` },
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: number }).id;
}

/** Somebody locks the conversation of a pull request. */
async function lock(lockableId: string): Promise<void> {
  await graphql('mutation ($id: ID!) { lockLockable(input: { lockableId: $id }) { clientMutationId } }', {
    ...{ id: lockableId, baseUrl: `${forge.url}/api` },
    headers: { authorization: `token ${await somebodysToken()}` },
  });
}

let branches = 0;
async function newBranch(write: RepoWriter, oid = main): Promise<string> {
  const branch = `deps/${++branches}`;
  await write.createBranch({ repository, branch, oid });
  return branch;
}

async function commitTo(
  write: RepoWriter,
  branch: string,
  expectedHead: string,
  files: Record<string, string | Uint8Array>,
  deletions: string[] = [],
) {
  const additions = Object.entries(files).map(([path, content]) => ({ path, bytes: Buffer.from(content) }));
  return write.commit({ repository, branch, expectedHead, headline: 'Change', body: 'Why.', additions, deletions });
}

describe('reading', () => {
  test('who owns files by the CODEOWNERS of a commit, in one request', async () => {
    const write = await writer();
    const owned = { 'docs/CODEOWNERS': '* @docs\n', '.github/CODEOWNERS': '* @all\n/src/ @acme/web # Ours.\n!no\n' };
    const { oid: commit } = await commitTo(write, await newBranch(write), main, owned);
    const paths = ['src/a.ts', 'README.md'];
    const requests = await requestsOf(async () => {
      expect(await ownershipAt(backend.reader, { repository: name, commit, paths })).toEqual({
        file: { path: '.github/CODEOWNERS', commit },
        unread: [3],
        paths: [
          { path: 'src/a.ts', owners: ['@acme/web'] },
          { path: 'README.md', owners: ['@all'] },
        ],
      });
    });
    expect(requests).toHaveLength(1);
  });

  test('the entries of a folder, as git has them', async () => {
    for (const [revision, path] of [
      ['main', ''],
      ['main', 'scripts'],
      [main, 'docs'],
    ] as const) {
      const entries = (await backend.reader.tree(name, revision, path)) ?? [];
      const lines = git('ls-tree', '-l', `main:${path}`).trimEnd().split('\n');
      expect(entries.map((each) => [each.mode, each.oid, each.path]).toSorted()).toEqual(
        lines
          .map((line) => line.split(/\s+/))
          .map(([mode, , oid, , file]) => [mode, oid, path === '' ? file : `${path}/${file}`])
          .toSorted(),
      );
    }
    const root = await backend.reader.tree(name, 'main', '');
    expect(root).toContainEqual(
      expect.objectContaining({ path: 'src', type: 'directory', size: null, mode: '040000' }),
    );
    const docs = await backend.reader.tree(name, 'main', 'docs');
    expect(docs).toContainEqual(expect.objectContaining({ path: 'docs/README.md', type: 'symlink', size: null }));
  });

  test('what stands at paths: text in one request, executables, symlinks, folders and nothing', async () => {
    let files: Awaited<ReturnType<typeof backend.reader.files>> = new Map();
    const paths = [
      'README.md',
      'scripts/release.sh',
      'docs/README.md',
      'docs/returns.ja.md',
      'src',
      'none',
      'README.md/x',
    ];
    const asked = await requestsOf(async () => {
      files = await backend.reader.files(name, main, paths);
    });
    expect(asked).toHaveLength(1);
    for (const path of paths.slice(0, 4)) {
      const stored = execFileSync('git', ['cat-file', 'blob', `main:${path}`], { cwd: forge.gitDir });
      expect(Buffer.from(files.get(path)?.bytes ?? [])).toEqual(stored);
    }
    expect(files.get('scripts/release.sh')).toMatchObject({ type: 'file', mode: '100755' });
    expect(files.get('docs/README.md')).toMatchObject({ type: 'symlink', mode: '120000' });
    expect(files.get('src')).toMatchObject({ type: 'directory', bytes: null });
    expect([files.get('none'), files.get('README.md/x')]).toEqual([null, null]);
  });

  test('hundreds of paths: first what is there, then the text of the files alone', async () => {
    const folders = Array.from({ length: 298 }, (_, index) => (index === 0 ? 'src' : `src/none/${index}`));
    let files: Awaited<ReturnType<typeof backend.reader.files>> = new Map();
    const asked = await requestsOf(async () => {
      files = await backend.reader.files(name, main, ['README.md', ...folders, 'public/logo.png']);
    });
    expect(asked.map((request) => request.method)).toEqual(['POST', 'POST', 'POST', 'GET']);
    expect([...files.keys()]).toEqual(['README.md', ...folders, 'public/logo.png']);
    for (const path of ['README.md', 'public/logo.png']) {
      const stored = execFileSync('git', ['cat-file', 'blob', `main:${path}`], { cwd: forge.gitDir });
      expect(Buffer.from(files.get(path)?.bytes ?? [])).toEqual(stored);
    }
    expect([files.get('src')?.type, files.get('src/none/7')]).toEqual(['directory', null]);
  });

  test('what a change needs to know, in one look, of which each part is what the others say', async () => {
    const write = await writer();
    const branch = await newBranch(write);
    const made = await commitTo(write, branch, main, { 'docs/größe 1.md': 'ä\n' });
    const pull = { title: 'One look', body: '', draft: true };
    const { number } = await write.openPullRequest({ repository, head: branch, base: 'main', ...pull });
    const paths = ['README.md', 'docs/größe 1.md', 'src', 'none'];
    const found: Look[] = [];
    const asked = await requestsOf(async () => {
      const request = { branches: ['main', 'none'], pullRequestsFrom: branch, files: { branch, paths } };
      found.push(await backend.reader.look(name, request));
    });
    expect(asked).toHaveLength(1);
    expect(found).toEqual([
      {
        repository,
        heads: new Map([
          ['main', main],
          ['none', null],
          [branch, made.oid],
        ]),
        pullRequests: [{ pullRequest: await backend.reader.pullRequest(name, number), baseOid: main }],
        files: await backend.reader.files(name, made.oid, paths),
      },
    ]);
  });

  test('one look at the default branch, at a binary file, and at more files than come along', async () => {
    const paths = ['public/logo.png', 'README.md'];
    const looked = async (more: readonly string[]) => {
      const found: Look[] = [];
      const asked = await requestsOf(async () => {
        found.push(await backend.reader.look(name, { files: { paths: [...paths, ...more] } }));
      });
      return { methods: asked.map(({ method }) => method), files: found[0]?.files };
    };
    const few = await looked([]);
    expect(few).toEqual({ methods: ['POST', 'GET'], files: await backend.reader.files(name, main, paths) });
    const many = await looked(Array.from({ length: 150 }, (_, index) => `src/none/${index}`));
    expect(many.methods.slice(0, 3)).toEqual(['POST', 'POST', 'POST']);
    expect(many.files?.get('README.md')).toEqual(few.files?.get('README.md'));
  });

  test('one look where nothing is, and for a file over its limit', async () => {
    const limits = new Map([['README.md', 1]]);
    const files = { paths: ['README.md'], limits };
    await expect(backend.reader.look('acme/nothing', {})).rejects.toMatchObject({ code: 'not_found' });
    await expect(backend.reader.look(name, { files })).rejects.toMatchObject({ code: 'too_large' });
    const gone = await backend.reader.look(name, { pullRequestsFrom: 'none', files: { branch: 'none', ...files } });
    expect(gone).toMatchObject({ files: null, pullRequests: [] });
    expect(gone.heads.get('none')).toBeNull();
  });

  test('a binary file with one request more', async () => {
    const asked = await requestsOf(async () => {
      const files = await backend.reader.files(name, main, ['public/logo.png', 'README.md']);
      const stored = execFileSync('git', ['cat-file', 'blob', 'main:public/logo.png'], { cwd: forge.gitDir });
      expect(Buffer.from(files.get('public/logo.png')?.bytes ?? [])).toEqual(stored);
    });
    expect(asked.map((request) => request.method)).toEqual(['POST', 'GET']);
  });

  test('code of the default branch that has all words, in any case, below a folder, of an extension', async () => {
    const found = async (words: string[], folder = '', extension?: string) => {
      const { items, incomplete } = await backend.reader.searchCode(name, { words, folder, extension });
      expect(incomplete).toBe(false);
      return items;
    };
    const listed = git('grep', '-l', '-i', '-F', 'storefront', 'main').trim().split('\n').toSorted();
    const all = await found(['STOREFRONT']);
    expect(all.map(({ path }) => `main:${path}`).toSorted()).toEqual(listed);
    for (const { path, commit, fragments } of all) {
      expect(commit).toBe(main);
      const text = git('show', `main:${path}`);
      for (const fragment of fragments) expect(text).toContain(fragment.text);
      expect(fragments[0]?.word.toLowerCase()).toBe('storefront');
    }
    expect((await found(['storefront'], 'docs')).every(({ path }) => path.startsWith('docs/'))).toBe(true);
    expect((await found(['storefront'], '', 'md')).every(({ path }) => path.endsWith('.md'))).toBe(true);
    expect(await found(['storefront', 'no such words'])).toEqual([]);
    expect(await found(['x" repo:acme/billing "', 'OR'])).toEqual([]);
    const long = found(['x'.repeat(300)]);
    await expect(long).rejects.toMatchObject({ code: 'invalid_arguments' });
    const missing = backend.reader.searchCode('acme/nothing', { words: ['x'], folder: '' });
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
  });

  test('the commits before a commit in pages, and those that changed a file or a folder', async () => {
    const listed = async (path?: string): Promise<string[]> => {
      const all: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await backend.reader.commits(name, { commit: main, path, limit: 4, cursor: cursor ?? undefined });
        all.push(...page.items.map(({ oid, committedAt }) => `${oid} ${Date.parse(committedAt) / 1000}`));
        cursor = page.cursor;
      } while (cursor !== null);
      return all;
    };
    const log = (...path: string[]) =>
      git('log', '--format=%H %ct', main, '--', ...path)
        .trim()
        .split('\n');
    expect(await listed()).toEqual(log());
    for (const path of ['README.md', 'src']) expect(await listed(path)).toEqual(log(path));
    expect(await listed('no/such/file')).toEqual([]);
    const tree = git('rev-parse', 'main^{tree}').trim();
    for (const commit of [oidOf('a'), tree]) {
      const asked = backend.reader.commits(name, { commit, limit: 1 });
      await expect(asked).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  test('what CI says of a commit, with a token for that alone', async () => {
    const none = { state: 'none', counts: {}, items: [], cursor: null };
    expect(await backend.reader.checks(name, main, { limit: 2 })).toEqual(none);
    const checks = [
      { id: 71, name: 'test', conclusion: 'failure', title: 'Two failed' },
      { id: 72, name: 'lint', conclusion: 'success' },
      { id: 73, name: 'scan', app: 'scanner', status: 'in_progress', details_url: 'https://scan.example/1' },
    ];
    const statuses = [{ context: 'deploy/preview', state: 'success', target_url: 'https://preview.example' }];
    forge.ci([{ repository: name, commit: main, checks, statuses }]);
    const first = await backend.reader.checks(name, main, { limit: 3 });
    expect(first).toMatchObject({ state: 'failure', counts: { failure: 1, success: 2, in_progress: 1 } });
    expect(first.items).toEqual([
      {
        ...{ name: 'test', state: 'failure', title: 'Two failed', app: 'github-actions', job: 71 },
        url: expect.stringMatching(/\/job\/71$/),
      },
      expect.objectContaining({ name: 'lint', state: 'success', job: 72 }),
      {
        ...{ name: 'scan', state: 'in_progress', title: null, app: 'scanner', job: null },
        url: 'https://scan.example/1',
      },
    ]);
    const last = await backend.reader.checks(name, main, { limit: 3, cursor: first.cursor ?? '' });
    expect(last.items).toEqual([
      { name: 'deploy/preview', state: 'success', title: null, app: null, job: null, url: 'https://preview.example' },
    ]);
    expect(last).toMatchObject({ state: 'failure', cursor: null });
    for (const commit of [oidOf('a'), git('rev-parse', 'main^{tree}').trim()]) {
      await expect(backend.reader.checks(name, commit, { limit: 1 })).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  test('a job and what it wrote, which is fetched without our token', async () => {
    const log = '2026-03-01T09:00:01.0000000Z not ok\n';
    const steps = [{ number: 1, name: 'Test', conclusion: 'failure', started_at: '2026-03-01T09:00:00Z' }];
    const checks = [
      { id: 81, name: 'test', conclusion: 'failure', steps, log },
      { id: 82, name: 'lint', status: 'in_progress' },
      { id: 83, name: 'scan', app: 'scanner', log: 'not a job' },
    ];
    forge.ci([{ repository: name, commit: main, checks }]);
    expect(await backend.reader.job(name, 81)).toEqual({
      ...{ name: 'test', commit: main, status: 'completed', conclusion: 'failure' },
      steps: [{ name: 'Test', conclusion: 'failure', startedAt: '2026-03-01T09:00:00Z', completedAt: null }],
    });
    const requests = await requestsOf(async () => {
      expect(await backend.reader.jobLog(name, 81)).toBe(log);
    });
    expect(requests.map(({ status }) => status)).toEqual([302, 200]);
    expect(await backend.reader.jobLog(name, 82)).toBeNull();
    for (const none of [83, 84]) {
      expect(await backend.reader.job(name, none)).toBeNull();
      expect(await backend.reader.jobLog(name, none)).toBeNull();
    }
  });
});

describe('writing', () => {
  test.each([1, 100])('a pull request with %i files takes three requests', async (count) => {
    const write = await writer();
    const files = Object.fromEntries(Array.from({ length: count }, (_, i) => [`many/${i}.txt`, `file ${i}\n`]));
    let head = '';
    const asked = await requestsOf(async () => {
      const branch = await newBranch(write);
      ({ oid: head } = await commitTo(write, branch, main, files));
      await write.openPullRequest({ repository, head: branch, base: 'main', title: 'T', body: '', draft: false });
    });
    expect(asked.map((request) => request.fields)).toEqual([
      ['createRef'],
      ['createCommitOnBranch'],
      ['createPullRequest'],
    ]);
    expect(git('verify-commit', '-v', head)).toContain('tree ');
    const read = await requestsOf(async () => {
      const found = await backend.reader.files(name, head, Object.keys(files));
      expect([...found.values()].every((file) => file?.type === 'file')).toBe(true);
      expect(found.size).toBe(count);
    });
    expect(read).toHaveLength(1);
  });

  test('what a ruleset forbids is refused, and nothing is changed', async () => {
    const write = await writer();
    const refused = { name: 'NotDone', kind: 'refused' };
    await expect(commitTo(write, 'main', main, { a: 'x' })).rejects.toMatchObject(refused);
    await expect(write.deleteBranch({ repository, branch: 'main', expectedHead: main })).rejects.toMatchObject(refused);
    expect(await backend.reader.head(name, 'main')).toBe(main);
  });

  test.each(['drop', 'hang'])(
    'an answer lost by %s after the commit leaves it in doubt, and it is there',
    async (how) => {
      const branch = await newBranch(await writer());
      forge.faults([{ match: 'createCommitOnBranch', when: 'after', do: how }]);
      const hasty = await writer(connect(forge.url, { writeTimeoutMs: 2000 }));
      const error = await commitTo(hasty, branch, main, { 'a.txt': how }).catch(fail);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(NotDone);
      expect(git('rev-list', '--count', `main..${branch}`).trim()).toBe('1');
    },
  );

  const pullOf = async (write: RepoWriter) => {
    const branch = await newBranch(write);
    await commitTo(write, branch, main, { 'said.txt': branch });
    const wanted = { repository, head: branch, base: 'main', title: 'T', body: 'B', draft: true };
    return write.openPullRequest(wanted);
  };

  test('a comment, what it says later, and its end', async () => {
    const write = await writer();
    const { number, nodeId } = await pullOf(write);
    const other = await pullOf(write);
    expect(await backend.reader.comments(name, number, { limit: 5 })).toEqual({ items: [], cursor: null });
    await write.comment({ pullRequest: nodeId, body: 'One' });
    const said = await write.comment({ pullRequest: nodeId, body: 'Two\r\nlines' });
    const found = await backend.reader.comment(name, { number, nodeId: said.nodeId });
    const own = await backend.reader.ownLogin();
    expect(found).toEqual({ ...said, body: 'Two\r\nlines', author: own, editor: null });
    const page = await backend.reader.comments(name, number, { limit: 1 });
    expect(page).toEqual({ items: [found], cursor: expect.any(String) });
    const next = await backend.reader.comments(name, number, { limit: 1, cursor: page.cursor ?? '' });
    expect(next).toMatchObject({ items: [{ body: 'One' }], cursor: null });
    for (const at of [
      { number: other.number, nodeId: said.nodeId },
      { number: 99_999, nodeId: said.nodeId },
      { number, nodeId },
      { number, nodeId: 'IC_nothing' },
    ]) {
      expect(await backend.reader.comment(name, at)).toBeNull();
    }
    expect(await backend.reader.comments(name, 99_999, { limit: 1 })).toEqual({ items: [], cursor: null });

    const stale = { name: 'NotDone', kind: 'stale' };
    const deletion = { nodeId: said.nodeId, body: 'Two\r\nlines' };
    await expect(write.deleteComment({ ...deletion, body: 'Other' })).rejects.toMatchObject(stale);
    await write.deleteComment(deletion);
    await expect(write.deleteComment(deletion)).rejects.toMatchObject(stale);
    expect(await backend.reader.comment(name, { number, nodeId: said.nodeId })).toBeNull();
    await write.closePullRequest({ nodeId });
    await write.comment({ pullRequest: nodeId, body: 'Three' });
  });

  test('an answer at a line and its end, and a thread that is settled and opened again', async () => {
    const write = await writer();
    const { number, nodeId } = await pullOf(write);
    const other = await pullOf(write);
    const commit = (await backend.reader.pullRequest(name, number))?.headOid;
    await remark(number, '', { body: 'Why?', commit_id: commit, path: 'said.txt', line: 1 });
    const { items } = await backend.reader.reviewThreads(name, number, { limit: 1 });
    const thread = items[0]?.nodeId ?? '';
    const own = await backend.reader.ownLogin();
    const said = await write.replyInThread({ thread, body: 'Because.' });
    expect(await backend.reader.reviewThread(name, { number, nodeId: thread })).toEqual({
      ...{ nodeId: thread, path: 'said.txt', line: 1, resolved: false, total: 2 },
      begins: { author: own, body: 'Why?' },
      newest: [expect.objectContaining({ body: 'Why?' }), { ...said, body: 'Because.', author: own, editor: null }],
    });
    const found = await backend.reader.comment(name, { number, nodeId: said.nodeId });
    expect(found).toMatchObject({ ...said, body: 'Because.' });
    for (const at of [
      { number: other.number, nodeId: thread },
      { number: 99_999, nodeId: thread },
      { number, nodeId: said.nodeId },
      { number, nodeId: 'PRRT_nothing' },
    ]) {
      expect(await backend.reader.reviewThread(name, at)).toBeNull();
    }
    const stale = { name: 'NotDone', kind: 'stale' };
    for (const resolved of [true, false]) {
      await write.settleThread({ nodeId: thread, resolved });
      expect(await backend.reader.reviewThread(name, { number, nodeId: thread })).toMatchObject({ resolved });
      await expect(write.settleThread({ nodeId: thread, resolved })).rejects.toMatchObject(stale);
    }
    const deletion = { nodeId: said.nodeId, body: 'Because.', atLine: true };
    await expect(write.deleteComment({ ...deletion, body: 'Other' })).rejects.toMatchObject(stale);
    await write.deleteComment(deletion);
    await expect(write.deleteComment(deletion)).rejects.toMatchObject(stale);
    expect(await backend.reader.comment(name, { number, nodeId: said.nodeId })).toBeNull();
    await lock(nodeId);
    const locked = write.replyInThread({ thread, body: 'x' });
    await expect(locked).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
  });

  test('people and teams are asked for reviews, and asked no longer', async () => {
    const permit = { changeId: 'chg_3', tool: 'request_reviews', step: 'request_reviews' };
    const { number } = await pullOf(await writer());
    const write = await backend.door.open(
      mintPermit({ ...permit, target: { repositoryId: repository.id, repository: name } }),
    );
    const of = async () => (await backend.reader.reviewers(name, number))?.requested;
    expect(await backend.reader.reviewers(name, number)).toEqual({ requested: [], reviews: [] });
    expect(await backend.reader.reviewers(name, 99_999)).toBeNull();
    const takesPart = (login: string) => backend.reader.isCollaborator(name, login);
    expect(await Promise.all(['Alice', 'carol', 'stranger'].map(takesPart))).toEqual([true, true, false]);
    const wanted = { repository, number, reviewers: ['Alice', 'team:platform'] };
    await write.requestReviews(wanted);
    expect(await of()).toEqual(['alice', 'team:platform']);
    const stale = { name: 'NotDone', kind: 'stale' };
    const refused = { name: 'NotDone', kind: 'refused' };
    await expect(write.requestReviews(wanted)).rejects.toMatchObject(stale);
    for (const nobody of ['stranger', 'team:nobody', 'countersign[bot]']) {
      const asked = write.requestReviews({ ...wanted, reviewers: [nobody] });
      await expect(asked).rejects.toMatchObject(refused);
    }
    forge.reviews([
      {
        id: 61,
        repository: name,
        pull: number,
        by: 'alice',
        commit: main,
        state: 'COMMENTED',
        submitted_at: '2099-01-01T00:00:00Z',
        body: 'Shorter, please.',
      },
    ]);
    expect(await backend.reader.saidReviews(name, number)).toEqual([
      {
        ...{ author: 'alice', standing: 'member', state: 'commented', commit: main },
        ...{ submittedAt: '2099-01-01T00:00:00Z', body: 'Shorter, please.' },
      },
    ]);
    expect(await backend.reader.saidReviews(name, 99_999)).toEqual([]);
    expect(await backend.reader.reviewers(name, number)).toMatchObject({
      ...{ requested: ['team:platform'], reviews: [{ by: 'alice' }] },
    });
    await expect(write.withdrawReviewRequests(wanted)).rejects.toMatchObject(stale);
    await write.withdrawReviewRequests({ ...wanted, reviewers: ['team:platform'] });
    expect(await of()).toEqual([]);
    const elsewhere = { ...wanted, repository: { ...repository, id: 1 } };
    await expect(write.requestReviews(elsewhere)).rejects.toMatchObject(refused);
    await backend.door.done('chg_3');
  });

  test('merges what a ruleset wants reviewed once it is, and reads who said what of which commit', async () => {
    const write = await writer();
    const head = await newBranch(write);
    const { oid: expectedHead } = await commitTo(write, head, main, { 'src/reviewed.ts': 'x\n' });
    const about = { title: 'T', body: '', draft: false };
    const { nodeId, number } = await write.openPullRequest({ repository, head, base: 'main', ...about });
    const base = { name: 'main', oid: main };
    const merge = () => write.mergePullRequest({ nodeId, expectedHead, base, method: 'squash', message: null });
    expect(await backend.reader.reviews(name, number)).toEqual([]);
    expect(await backend.reader.reviews(name, 999)).toEqual([]);
    await expect(merge()).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
    const said = { repository: name, pull: number, submitted_at: '2027-01-02T03:04:05Z' };
    forge.reviews([
      { ...said, id: 1, by: 'bob', commit: main, state: 'APPROVED' },
      { ...said, id: 2, by: 'carol', commit: expectedHead, state: 'APPROVED' },
      { ...said, id: 3, by: 'alice', commit: expectedHead, state: 'DISMISSED' },
      { ...said, id: 4, by: 'bob', commit: expectedHead, state: 'APPROVED' },
      { ...said, id: 5, by: 'bob', commit: expectedHead, state: 'COMMENTED' },
    ]);
    // Carol may only read there.
    const there = { head: expectedHead, mayWrite: true, submittedAt: said.submitted_at, id: expect.any(String) };
    expect(await backend.reader.reviews(name, number)).toEqual([
      { ...there, state: 'approved', account: '102', login: 'bob' },
      { ...there, state: 'dismissed', account: '101', login: 'alice' },
    ]);
    const { oid } = await merge();
    expect(await backend.reader.head(name, 'main')).toBe(oid);
    main = oid;
  });

  test('brings a branch up to date at just that head with just that base, and takes it back', async () => {
    const write = await writer();
    const base = { name: await newBranch(write), oid: '' };
    const head = await newBranch(write);
    const { oid: expectedHead } = await commitTo(write, head, main, { 'mine.txt': 'mine\n' });
    const open = { repository, head, base: base.name, title: 'T', body: '', draft: true };
    const { nodeId, number } = await write.openPullRequest(open);
    const refused = { name: 'NotDone', kind: 'refused' };
    const nothing = write.updateBranch({ nodeId, expectedHead, base: { ...base, oid: main } });
    await expect(nothing).rejects.toMatchObject(refused);
    base.oid = (await commitTo(write, base.name, main, { 'theirs.txt': 'theirs\n' })).oid;
    const stale = { name: 'NotDone', kind: 'stale' };
    for (const other of [{ expectedHead: main }, { base: { ...base, oid: main } }, { nodeId: 'PR_nothing' }]) {
      await expect(write.updateBranch({ nodeId, expectedHead, base, ...other })).rejects.toMatchObject(stale);
    }
    expect(await backend.reader.head(name, head)).toBe(expectedHead);
    const made = await write.updateBranch({ nodeId, expectedHead, base });
    expect(made).toMatchObject({ verified: true, parents: [expectedHead, base.oid] });
    expect(await backend.reader.pullRequest(name, number)).toMatchObject({ headOid: made.oid });
    expect(git('show', `${head}:theirs.txt`)).toBe('theirs\n');
    expect(git('log', '-1', '--format=%s', head).trim()).toBe(`Merge branch '${base.name}' into ${head}`);
    await expect(write.updateBranch({ nodeId, expectedHead, base })).rejects.toMatchObject(stale);
    const back = { repository, branch: head, from: made.oid, to: expectedHead };
    await write.rewindBranch(back);
    expect(await backend.reader.head(name, head)).toBe(expectedHead);
    await expect(write.rewindBranch(back)).rejects.toMatchObject(stale);
    const clash = await commitTo(write, head, expectedHead, { 'theirs.txt': 'other\n' });
    const conflict = write.updateBranch({ nodeId, expectedHead: clash.oid, base });
    await expect(conflict).rejects.toMatchObject(refused);
  });

  test('does not merge what has conflicts, or what a ruleset wants reviewed, and reverts nothing that is not merged', async () => {
    const write = await writer();
    const refused = { name: 'NotDone', kind: 'refused' };
    const base = { name: await newBranch(write), oid: '' };
    base.oid = (await commitTo(write, base.name, main, { 'clash.txt': 'one\n' })).oid;
    const head = await newBranch(write);
    const { oid: expectedHead } = await commitTo(write, head, main, { 'clash.txt': 'other\n' });
    const open = (to: string) =>
      write.openPullRequest({ repository, head, base: to, title: 'T', body: '', draft: false });
    const merge = { expectedHead, method: 'merge', message: null } as const;
    const { nodeId, number } = await open(base.name);
    expect(await backend.reader.merging(name, number)).toEqual({ mergeable: false, merged: null });
    await expect(write.mergePullRequest({ ...merge, nodeId, base })).rejects.toMatchObject(refused);
    const revert = write.revertPullRequest({ nodeId, title: 'T', body: '', draft: true });
    await expect(revert).rejects.toMatchObject(refused);
    const ruled = await open('main');
    const into = { nodeId: ruled.nodeId, base: { name: 'main', oid: main } };
    await expect(write.mergePullRequest({ ...merge, ...into })).rejects.toMatchObject(refused);
    expect(await backend.reader.head(name, 'main')).toBe(main);
    expect(await backend.reader.merging(name, 99_999)).toBeNull();
  });

  test('a comment on a locked pull request is refused, and with a token for comments nothing else is written', async () => {
    const { nodeId, number } = await pullOf(await writer());
    const permit = { changeId: 'chg_2', tool: 'comment_on_pull_request', step: 'comment' };
    const write = await backend.door.open(
      mintPermit({ ...permit, target: { repositoryId: repository.id, repository: name } }),
    );
    const refused = { name: 'NotDone', kind: 'refused' };
    await expect(write.createBranch({ repository, branch: 'deps/no', oid: main })).rejects.toMatchObject(refused);
    const { nodeId: comment } = await write.comment({ pullRequest: nodeId, body: 'x' });
    await write.deleteComment({ nodeId: comment, body: 'x' });
    const drafting = write.changePullRequest({ nodeId, from: { draft: true }, to: { draft: false } });
    await expect(drafting).rejects.toMatchObject(refused);
    const commit = (await backend.reader.pullRequest(name, number))?.headOid;
    await remark(number, '', { body: 'Why?', commit_id: commit, path: 'said.txt', line: 1 });
    const { items } = await backend.reader.reviewThreads(name, number, { limit: 1 });
    const thread = items[0]?.nodeId ?? '';
    await write.replyInThread({ thread, body: 'x' });
    await expect(write.settleThread({ nodeId: thread, resolved: true })).rejects.toMatchObject(refused);
    await lock(nodeId);
    expect(await backend.reader.pullRequest(name, number)).toMatchObject({ locked: true });
    await expect(write.comment({ pullRequest: nodeId, body: 'y' })).rejects.toMatchObject(refused);
    await backend.door.done('chg_2');
  });

  test('while GitHub takes no more requests, nothing of it is written, nor in doubt', async () => {
    const write = await writer(connect(forge.url));
    const { nodeId, number } = await pullOf(write);
    const limited = { do: 'status', status: 403, headers: { 'retry-after': '60' }, body: '{"message":"slow down"}' };
    const unavailable = { name: 'NotDone', kind: 'unavailable' };
    forge.faults([{ match: 'addComment', when: 'before', ...limited }]);
    await expect(write.comment({ pullRequest: nodeId, body: 'x' })).rejects.toMatchObject(unavailable);
    // The look before the write does not leave either.
    const change = write.changePullRequest({ nodeId, from: { title: 'T' }, to: { title: 'New' } });
    await expect(change).rejects.toMatchObject(unavailable);
    expect(await backend.reader.comments(name, number, { limit: 1 })).toMatchObject({ items: [] });
    expect(await backend.reader.pullRequest(name, number)).toMatchObject({ title: 'T' });
  });

  describe('commits that are built before any branch leads to them', () => {
    const link = { path: 'to-readme', mode: '120000', bytes: Buffer.from('README.md') } as const;
    const run = { path: 'bin/run', mode: '100755', bytes: Buffer.from('#!/bin/sh\n') } as const;
    const build = async (write: RepoWriter, entries: readonly TreeChange[], parent = main) =>
      write.buildCommit({ repository, parent, baseTree: null, entries, message: 'Build\n\nWhy.' });

    test('are signed, keep modes, links and bytes, and a branch moves to the last of them at once', async () => {
      const write = await writer();
      const logo = git('rev-parse', 'main:public/logo.png').trim();
      const entries: TreeChange[] = [
        run,
        link,
        { path: 'logo.png', mode: '100644', oid: logo },
        { path: 'all.bin', mode: '100644', bytes: Uint8Array.from({ length: 256 }, (_, i) => i) },
        { path: 'bom.txt', mode: '100644', bytes: Buffer.from('\ufeffBOM\r\n') },
        { path: 'AGENTS.md', delete: true },
      ];
      const branch = await newBranch(write);
      let first = { oid: '', tree: '' };
      const asked = await requestsOf(async () => {
        first = await build(write, entries);
      });
      expect(asked.map(({ method, path }) => `${method} ${path.split('/git/')[1]}`).toSorted()).toEqual(
        [`GET commits/${main}`, 'POST blobs', 'POST blobs', 'POST commits', 'POST trees'].toSorted(),
      );
      expect(await backend.reader.head(name, branch)).toBe(main);
      const second = await write.buildCommit({
        ...{ repository, parent: first.oid, baseTree: first.tree, message: 'Second' },
        entries: [{ path: 'bin/run', mode: '100644', bytes: run.bytes }],
      });
      expect([first, second]).toMatchObject([{ verified: true }, { verified: true }]);
      await write.moveBranch({ repository, branch, from: main, to: second.oid });
      expect(await backend.reader.head(name, branch)).toBe(second.oid);
      expect(git('verify-commit', '-v', first.oid)).toContain('tree ');
      const lines = git('ls-tree', '-r', first.oid).trimEnd().split('\n');
      for (const entry of entries) {
        const found = lines.find((line) => line.endsWith(`\t${entry.path}`));
        if ('delete' in entry) expect(found).toBeUndefined();
        else {
          const id = 'oid' in entry ? entry.oid : blobOid(entry.bytes);
          expect(found).toBe(`${entry.mode} blob ${id}\t${entry.path}`);
        }
      }
      const [newest, before] = await backend.reader.history(name, branch, 2);
      expect(newest).toMatchObject({ parents: [first.oid], message: 'Second', verified: true });
      expect(before).toMatchObject({ parents: [main], message: 'Build\n\nWhy.', author: newest?.author });
      expect(git('ls-tree', second.oid, 'bin/run')).toMatch(/^100644 /);
    });

    test('may be the very commit before with another message', async () => {
      const write = await writer();
      const { tree } = await build(write, []);
      expect(tree).toBe(git('rev-parse', 'main^{tree}').trim());
    });

    test.each(['blobs', 'trees', 'commits'])('leave nothing in doubt when the answer for %s is lost', async (what) => {
      const write = await writer();
      const match = `POST /api/v3/repos/${name}/git/${what}`;
      forge.faults([{ match, when: 'after', do: 'drop' }]);
      const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
      const entries: TreeChange[] = [{ path: 'x.bin', mode: '100644', bytes }];
      await expect(build(write, entries)).rejects.toMatchObject({ name: 'NotDone', kind: 'unavailable' });
      expect(await build(write, entries)).toMatchObject({ verified: true });
    });
  });

  test('a writer of one repository cannot write to another', async () => {
    const write = await writer();
    const other = await backend.reader.repository('acme/billing');
    const disguised = { ...other, id: repository.id };
    const refused = { name: 'NotDone', kind: 'refused' };
    const oid = (await backend.reader.head('acme/billing', 'main')) ?? '';
    await expect(write.createBranch({ repository: disguised, branch: 'x', oid })).rejects.toMatchObject(refused);
    expect(await backend.reader.head('acme/billing', 'x')).toBeNull();
  });

  test('after its change is done a writer’s token is no longer good', async () => {
    await writer();
    const before = forge.requests().length;
    await backend.door.done('chg_1');
    const ended = forge.requests().slice(before);
    expect(ended.length).toBeGreaterThan(0);
    expect(ended.every(({ method, status }) => method === 'DELETE' && status === 204)).toBe(true);
    expect(backend.problems).toEqual([]);
  });
});

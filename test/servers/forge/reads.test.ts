import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base64, commit, headOf, makeBranch, refusal, runForge, type TestForge } from './kit.ts';

const run = promisify(execFile);
let forge: TestForge;
let bearer: string;

beforeAll(async () => {
  forge = await runForge();
  bearer = await forge.token();
});
afterAll(() => forge.close());

const ask = async (selection: string) =>
  (
    await forge.query(bearer)<{ repository: unknown }>(
      `{ repository(owner: "acme", name: "storefront") { ${selection} } }`,
    )
  ).repository;

const json = async (path: string) => (await forge.rest(bearer, `/repos/acme/storefront${path}`)).json();

describe('GraphQL', () => {
  test('describes the repository and its default branch', async () => {
    const main = await headOf(forge, bearer, 'main');
    expect(
      await ask(`databaseId nameWithOwner owner { __typename login } isPrivate isArchived viewerPermission url
        defaultBranchRef { name prefix target { oid __typename } }`),
    ).toEqual({
      databaseId: 9001,
      nameWithOwner: 'acme/storefront',
      owner: { __typename: 'Organization', login: 'acme' },
      isPrivate: true,
      isArchived: false,
      viewerPermission: 'WRITE',
      url: `${forge.url}/acme/storefront`,
      defaultBranchRef: { name: 'main', prefix: 'refs/heads/', target: { oid: main, __typename: 'Commit' } },
    });
  });

  test('reads files by expression: text, binary, Japanese, and what is not there', async () => {
    const blob = '... on Blob { byteSize isBinary isTruncated text }';
    expect(
      await ask(`japanese: object(expression: "main:docs/returns.ja.md") { ${blob} }
        picture: object(expression: "HEAD:public/logo.png") { ${blob} }
        crlf: object(expression: "main:docs/legal/terms.txt") { ${blob} }
        nothing: object(expression: "main:no/such/file") { oid }
        nowhere: object(expression: "no-such-branch:README.md") { oid }`),
    ).toEqual({
      japanese: {
        byteSize: expect.any(Number),
        isBinary: false,
        isTruncated: false,
        text: expect.stringContaining('返品について'),
      },
      picture: { byteSize: expect.any(Number), isBinary: true, isTruncated: false, text: null },
      crlf: {
        byteSize: expect.any(Number),
        isBinary: false,
        isTruncated: false,
        text: expect.stringContaining('SALE\r\n'),
      },
      nothing: null,
      nowhere: null,
    });
  });

  test('cuts the text of a long file and says so', async () => {
    const head = await makeBranch(forge, bearer, 'long');
    const additions = [{ path: 'long.txt', contents: base64('x'.repeat(600 * 1024)) }];
    await commit(forge.query(bearer), { branch: 'long', head, changes: { additions } });
    const found = (await ask('object(expression: "long:long.txt") { ... on Blob { byteSize isTruncated text } }')) as {
      object: { byteSize: number; isTruncated: boolean; text: string };
    };
    expect(found.object).toMatchObject({ byteSize: 600 * 1024, isTruncated: true });
    expect(found.object.text).toHaveLength(512 * 1024);
  });

  test('lists a folder with modes, and pages through history and branches', async () => {
    const { object } = (await ask(
      'object(expression: "main:scripts") { ... on Tree { entries { name mode type size } } }',
    )) as {
      object: unknown;
    };
    expect(object).toEqual({
      entries: [{ name: 'release.sh', mode: 0o100755, type: 'blob', size: expect.any(Number) }],
    });
    type Page = {
      object: {
        history: {
          totalCount: number;
          nodes: { oid: string }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      };
    };
    const history = (more: string) =>
      ask(
        `object(expression: "main") { ... on Commit { history(first: 6${more}) { totalCount nodes { oid } pageInfo { hasNextPage endCursor } } } }`,
      );
    const first = ((await history('')) as Page).object.history;
    const second = ((await history(`, after: "${first.pageInfo.endCursor}"`)) as Page).object.history;
    expect([first.totalCount, first.nodes.length, second.nodes.length]).toEqual([10, 6, 4]);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    const dir = join(forge.config.dataDir, 'acme', 'storefront.git');
    const { stdout } = await run('git', ['--git-dir', dir, 'log', '--format=%H', 'main']);
    expect([...first.nodes, ...second.nodes].map(({ oid }) => oid)).toEqual(stdout.trim().split('\n'));
  });

  test('gives the history of one path as git does', async () => {
    const found = (await ask(
      'object(expression: "main") { ... on Commit { history(first: 9, path: "src/cart.ts") { nodes { messageHeadline author { name date user { login } } signature { isValid } additions } } } }',
    )) as { object: { history: { nodes: unknown[] } } };
    const bob = { name: 'Bob Lindqvist', user: { login: 'bob' } };
    expect(found.object.history.nodes).toEqual([
      {
        messageHeadline: 'Allow discounts',
        author: { ...bob, date: '2026-05-20T16:27:00+02:00' },
        signature: null,
        additions: 5,
      },
      {
        messageHeadline: 'Add the cart',
        author: { ...bob, date: '2026-03-05T10:05:00+01:00' },
        signature: null,
        additions: 22,
      },
    ]);
  });

  test('refuses by name what it does not implement, and what GitHub does not have', async () => {
    const unknown = await refusal(ask('stargazerCount'));
    expect(unknown).toEqual([
      { type: 'NOT_IMPLEMENTED', message: 'forge does not implement Repository.stargazerCount' },
    ]);
    const invalid = await refusal(ask('noSuchField'));
    expect(invalid[0]?.message).toContain('noSuchField');
    const unbounded = await refusal(ask('refs(refPrefix: "refs/heads/") { totalCount }'));
    expect(unbounded[0]?.type).toBe('MISSING_PAGINATION_BOUNDARIES');
    const excessive = await refusal(ask('refs(refPrefix: "refs/heads/", first: 500) { totalCount }'));
    expect(excessive[0]?.type).toBe('EXCESSIVE_PAGINATION');
  });

  test('answers 200 with data, type, path and locations beside an error, as GitHub does', async () => {
    const answer = await fetch(`${forge.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization: `bearer ${bearer}` },
      body: JSON.stringify({
        query: '{ repository(owner: "acme", name: "storefront") { pullRequest(number: 99) { id } } }',
      }),
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      data: { repository: { pullRequest: null } },
      errors: [
        {
          type: 'NOT_FOUND',
          path: ['repository', 'pullRequest'],
          locations: [{ line: 1, column: 51 }],
          message: 'Could not resolve to a PullRequest with the number of 99.',
        },
      ],
    });
  });
});

describe('REST', () => {
  test('gives a tree with modes, a blob as base64 and raw, and contents both ways', async () => {
    const { tree, truncated } = (await json('/git/trees/main?recursive=1')) as {
      tree: { path: string; mode: string; type: string; sha: string; size?: number }[];
      truncated: boolean;
    };
    expect(truncated).toBe(false);
    const logo = tree.find((entry) => entry.path === 'public/logo.png');
    expect(logo).toMatchObject({ mode: '100644', type: 'blob', size: 82 });
    expect(tree.find((entry) => entry.path === 'src')).toMatchObject({ mode: '040000', type: 'tree' });
    const blob = (await json(`/git/blobs/${logo?.sha}`)) as { content: string; encoding: string };
    const accept = 'application/vnd.github.raw';
    const raw = await forge.rest(bearer, `/repos/acme/storefront/git/blobs/${logo?.sha}`, { accept });
    expect(Buffer.from(await raw.arrayBuffer())).toEqual(Buffer.from(blob.content, 'base64'));
    expect(await json('/contents/.nvmrc')).toMatchObject({ type: 'file', encoding: 'base64', content: 'MjQ=\n' });
    expect(await json('/contents/docs/README.md')).toMatchObject({ type: 'symlink', target: '../README.md' });
    expect(await json('/contents/scripts')).toMatchObject([{ type: 'file', name: 'release.sh' }]);
    expect(await json('/contents')).toHaveLength(11);
  });

  test('says truthfully whether a commit is verified, and gives what was signed', async () => {
    const head = await makeBranch(forge, bearer, 'verified');
    const made = await commit(forge.query(bearer), { branch: 'verified', head, changes: {} });
    expect(await json(`/git/commits/${made.commit.oid}`)).toMatchObject({
      verification: { verified: true, reason: 'valid', signature: expect.stringContaining('BEGIN SSH SIGNATURE') },
      committer: { name: 'Forge', email: 'noreply@forge.localhost' },
    });
    expect(await json('/commits/verified')).toMatchObject({ author: { login: 'countersign[bot]', type: 'Bot' } });
    expect(await json('/commits/main')).toMatchObject({
      author: { login: 'alice' },
      commit: { verification: { reason: 'unsigned' } },
    });
    expect(await json('/commits?sha=verified&per_page=1')).toMatchObject([{ sha: made.commit.oid }]);
  });

  test('compares two branches', async () => {
    const head = await makeBranch(forge, bearer, 'compared');
    const additions = [{ path: 'README.md', contents: base64('# Storefront\n') }];
    await commit(forge.query(bearer), { branch: 'compared', head, changes: { additions } });
    expect(await json('/compare/main...compared')).toMatchObject({
      status: 'ahead',
      ahead_by: 1,
      behind_by: 0,
      merge_base_commit: { sha: head },
      files: [{ filename: 'README.md', status: 'modified' }],
    });
  });

  test('knows what people may do', async () => {
    const bob = await json('/collaborators/bob/permission');
    expect(bob).toMatchObject({ permission: 'write', role_name: 'write', user: { login: 'bob' } });
    expect(await json('/collaborators/Operator/permission')).toMatchObject({
      permission: 'write',
      role_name: 'maintain',
    });
    expect((await forge.rest(bearer, '/repos/acme/storefront/collaborators/nobody/permission')).status).toBe(404);
  });

  test('refuses by name what it does not implement', async () => {
    const answer = await forge.rest(bearer, '/repos/acme/storefront/issues');
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({
      message: 'forge does not implement GET /api/v3/repos/acme/storefront/issues',
    });
  });
});

test('commits that a person pushed from elsewhere, packed, are read, and pull requests follow them', async () => {
  const head = await makeBranch(forge, bearer, 'pushed');
  const changes = { additions: [{ path: 'a.txt', contents: base64('1') }] };
  await commit(forge.query(bearer), { branch: 'pushed', head, changes });
  const body = { title: 'Pushed', head: 'pushed', base: 'main' };
  const pull = await forge.rest(bearer, '/repos/acme/storefront/pulls', { method: 'POST', body });
  const { number } = (await pull.json()) as { number: number };
  const folder = await mkdtemp(join(tmpdir(), 'push-'));
  const dir = join(forge.config.dataDir, 'acme', 'storefront.git');
  await run('git', ['clone', '-q', '-b', 'pushed', dir, folder]);
  await writeFile(join(folder, 'b.txt'), '2');
  await run('git', ['-C', folder, 'add', '.']);
  await run('git', [
    '-C',
    folder,
    '-c',
    'user.name=Bob',
    '-c',
    'user.email=bob@acme.example',
    'commit',
    '-qm',
    'By hand',
  ]);
  await run('git', ['-C', folder, 'push', '-q', 'origin', 'pushed']);
  const { stdout } = await run('git', ['-C', folder, 'rev-parse', 'HEAD']);
  await run('git', ['--git-dir', dir, 'gc', '-q']);
  expect(await json(`/pulls/${number}`)).toMatchObject({ head: { sha: stdout.trim() }, commits: 2 });
  expect(await json('/contents/b.txt?ref=pushed')).toMatchObject({ content: 'Mg==\n' });
  await rm(folder, { recursive: true });
});

test('a push over HTTP is refused with a clear text', async () => {
  const answer = await fetch(`${forge.url}/acme/storefront.git/info/refs?service=git-receive-pack`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('forge cannot be pushed to');
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base64, commit, headOf, makeBranch, refusal, runForge, type TestForge } from './kit.ts';

const run = promisify(execFile);
let forge: TestForge;
let bearer: string;
let repositoryId: string;
const zero = '0'.repeat(40);

beforeAll(async () => {
  forge = await runForge();
  bearer = await forge.token();
  const { repository } = await forge.query(bearer)<{ repository: { id: string } }>(
    '{ repository(owner: "acme", name: "storefront") { id } }',
  );
  repositoryId = repository.id;
});
afterAll(() => forge.close());

type Update = { name: string; beforeOid?: string; afterOid: string; force?: boolean };
const updateRefs = (refUpdates: Update[]) =>
  forge.query(bearer)('mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }', {
    input: { repositoryId, refUpdates },
  });

const change = (branch: string, head: string, text: string) =>
  commit(forge.query(bearer), { branch, head, changes: { additions: [{ path: 'a.txt', contents: base64(text) }] } });

async function refId(branch: string): Promise<string> {
  const { repository } = await forge.query(bearer)<{ repository: { ref: { id: string } } }>(
    `{ repository(owner: "acme", name: "storefront") { ref(qualifiedName: "refs/heads/${branch}") { id } } }`,
  );
  return repository.ref.id;
}

describe('createRef', () => {
  const create = (name: string, oid: string) =>
    forge.query(bearer)<{ createRef: { ref: { name: string; prefix: string; target: { oid: string } } } }>(
      `mutation ($input: CreateRefInput!) { createRef(input: $input) { ref { name prefix target { oid } } } }`,
      { input: { repositoryId, name, oid } },
    );

  test('makes a branch with slashes in its name', async () => {
    const oid = await headOf(forge, bearer, 'main');
    const { createRef } = await create('refs/heads/agents/one', oid);
    expect(createRef.ref).toEqual({ name: 'agents/one', prefix: 'refs/heads/', target: { oid } });
  });

  test('refuses a name that is taken, a name below a branch, bad names and objects that are not there', async () => {
    const oid = await headOf(forge, bearer, 'main');
    await create('refs/heads/taken', oid);
    expect(await refusal(create('refs/heads/taken', oid))).toEqual([
      { type: 'UNPROCESSABLE', message: 'A ref named "refs/heads/taken" already exists in the repository.' },
    ]);
    const wrong = [
      'refs/heads/taken/below',
      'refs/heads/a..b',
      'refs/heads/a b',
      'refs/heads/x.lock',
      'refs/heads/../x',
    ];
    for (const name of wrong) expect((await refusal(create(name, oid)))[0]?.type).toBe('UNPROCESSABLE');
    expect((await refusal(create('refs/heads/new', '1'.repeat(40))))[0]?.type).toBe('UNPROCESSABLE');
    expect((await refusal(create('refs/tags/v1', oid)))[0]?.type).toBe('NOT_IMPLEMENTED');
  });
});

describe('updateRefs', () => {
  test('makes, moves and deletes several branches in one step', async () => {
    const head = await makeBranch(forge, bearer, 'several-a');
    await makeBranch(forge, bearer, 'several-b');
    const made = await change('several-a', head, 'x');
    await updateRefs([
      { name: 'refs/heads/several-a', beforeOid: made.commit.oid, afterOid: head, force: true },
      { name: 'refs/heads/several-b', beforeOid: head, afterOid: zero },
      { name: 'refs/heads/several-c', beforeOid: zero, afterOid: made.commit.oid },
    ]);
    expect(await headOf(forge, bearer, 'several-a')).toBe(head);
    expect(await headOf(forge, bearer, 'several-b')).toBe('');
    expect(await headOf(forge, bearer, 'several-c')).toBe(made.commit.oid);
  });

  test('does nothing at all when one ref is not where it was expected', async () => {
    const head = await makeBranch(forge, bearer, 'atomic-a');
    const made = await change('atomic-a', head, 'x');
    const errors = await refusal(
      updateRefs([
        { name: 'refs/heads/atomic-b', beforeOid: zero, afterOid: head },
        { name: 'refs/heads/atomic-a', beforeOid: head, afterOid: zero },
      ]),
    );
    expect(errors[0]?.type).toBe('STALE_DATA');
    expect(await headOf(forge, bearer, 'atomic-a')).toBe(made.commit.oid);
    expect(await headOf(forge, bearer, 'atomic-b')).toBe('');
  });

  test('lets one of ten racing compare-and-sets win', async () => {
    const head = await makeBranch(forge, bearer, 'cas');
    const racers = Array.from({ length: 10 }, () =>
      refusal(updateRefs([{ name: 'refs/heads/cas', beforeOid: head, afterOid: zero }])),
    );
    const won = (await Promise.all(racers)).filter((errors) => errors.length === 0);
    expect(won).toHaveLength(1);
  });

  test('drops commits only when forced', async () => {
    const head = await makeBranch(forge, bearer, 'forced');
    const made = await change('forced', head, 'x');
    const update = { name: 'refs/heads/forced', beforeOid: made.commit.oid, afterOid: head };
    expect((await refusal(updateRefs([update])))[0]?.type).toBe('UNPROCESSABLE');
    await updateRefs([{ ...update, force: true }]);
    expect(await headOf(forge, bearer, 'forced')).toBe(head);
  });
});

describe('the default branch', () => {
  test('cannot be moved, forced or deleted', async () => {
    const head = await headOf(forge, bearer, 'main');
    const branch = 'for-main';
    await makeBranch(forge, bearer, branch);
    const made = await change(branch, head, 'x');
    const path = '/repos/acme/storefront/git/refs/heads/main';
    const moved = await forge.rest(bearer, path, { method: 'PATCH', body: { sha: made.commit.oid } });
    expect(moved.status).toBe(422);
    expect(await moved.json()).toMatchObject({ message: expect.stringContaining('Repository rule violations found') });
    expect((await forge.rest(bearer, path, { method: 'DELETE' })).status).toBe(422);
    const errors = await refusal(updateRefs([{ name: 'refs/heads/main', afterOid: made.commit.oid, force: true }]));
    expect(errors[0]?.message).toContain('Repository rule violations found');
    expect(await headOf(forge, bearer, 'main')).toBe(head);
  });

  test('has its rules listed, and other branches have none', async () => {
    const main = await forge.rest(bearer, '/repos/acme/storefront/rules/branches/main');
    const rules = (await main.json()) as { type: string; ruleset_source: string }[];
    expect(rules.map(({ type }) => type).sort()).toEqual(['deletion', 'non_fast_forward', 'pull_request']);
    expect(rules[0]?.ruleset_source).toBe('acme/storefront');
    const other = await forge.rest(bearer, '/repos/acme/storefront/rules/branches/not/there/yet');
    expect(await other.json()).toEqual([]);
  });
});

test('deleteRef takes a branch away, and its node id then names nothing', async () => {
  await makeBranch(forge, bearer, 'to-delete');
  const id = await refId('to-delete');
  const remove = () =>
    forge.query(bearer)('mutation ($input: DeleteRefInput!) { deleteRef(input: $input) { clientMutationId } }', {
      input: { refId: id },
    });
  await remove();
  expect(await headOf(forge, bearer, 'to-delete')).toBe('');
  expect((await refusal(remove()))[0]?.type).toBe('NOT_FOUND');
  await makeBranch(forge, bearer, 'to-delete/below');
  await forge.rest(bearer, '/repos/acme/storefront/git/refs/heads/to-delete/below', { method: 'DELETE' });
  await makeBranch(forge, bearer, 'to-delete');
});

test('a deleted branch stays away when git had packed it', async () => {
  const head = await makeBranch(forge, bearer, 'packed');
  await run('git', ['--git-dir', join(forge.config.dataDir, 'acme', 'storefront.git'), 'pack-refs', '--all']);
  await updateRefs([{ name: 'refs/heads/packed', beforeOid: head, afterOid: zero }]);
  expect(await headOf(forge, bearer, 'packed')).toBe('');
  expect(await headOf(forge, bearer, 'main')).toBe(head);
});

test('REST makes, moves, lists and deletes branches', async () => {
  const head = await makeBranch(forge, bearer, 'rest/one');
  const body = { ref: 'refs/heads/rest/one', sha: head };
  const again = await forge.rest(bearer, '/repos/acme/storefront/git/refs', { method: 'POST', body });
  expect(await again.json()).toMatchObject({ message: 'Reference already exists' });
  const matching = await forge.rest(bearer, '/repos/acme/storefront/git/matching-refs/heads/rest/');
  expect(await matching.json()).toMatchObject([{ ref: 'refs/heads/rest/one', object: { sha: head, type: 'commit' } }]);
  const one = await forge.rest(bearer, '/repos/acme/storefront/branches/rest/one');
  expect(await one.json()).toMatchObject({ name: 'rest/one', commit: { sha: head }, protected: false });
  const page = await forge.rest(bearer, '/repos/acme/storefront/branches?per_page=1');
  expect(page.headers.get('link')).toContain('rel="next"');
  const path = '/repos/acme/storefront/git/refs/heads/rest/one';
  expect((await forge.rest(bearer, path, { method: 'DELETE' })).status).toBe(204);
  expect((await forge.rest(bearer, path, { method: 'DELETE' })).status).toBe(422);
});

describe('objects that are made before any branch leads to them', () => {
  const post = async (path: string, body: unknown, as = bearer) => {
    const answer = await forge.rest(as, `/repos/acme/storefront/git/${path}`, { method: 'POST', body });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> & { sha: string } };
  };
  const file = { path: 'made/a.sh', mode: '100755', type: 'blob', content: 'a' };
  const treeOf = async (commit: string): Promise<string> => {
    const answer = await forge.rest(bearer, `/repos/acme/storefront/git/commits/${commit}`);
    return ((await answer.json()) as { tree: { sha: string } }).tree.sha;
  };

  test('are signed where no author is named, and not where one is', async () => {
    const head = await headOf(forge, bearer, 'main');
    const { body: tree } = await post('trees', { base_tree: await treeOf(head), tree: [file] });
    const commit = { message: 'Made', tree: tree.sha, parents: [head] };
    expect(await post('commits', commit)).toMatchObject({ status: 201, body: { verification: { verified: true } } });
    const author = { name: 'Eve', email: 'eve@example.com' };
    expect(await post('commits', { ...commit, author })).toMatchObject({
      body: { author, verification: { verified: false, reason: 'unsigned' } },
    });
    expect(await headOf(forge, bearer, 'main')).toBe(head);
  });

  test('are refused where they are none, and to a token that may not write', async () => {
    const base_tree = await treeOf(await headOf(forge, bearer, 'main'));
    const wrong: [path: string, body: object][] = [
      ['trees', { base_tree: zero, tree: [file] }],
      ['trees', { base_tree, tree: [] }],
      ['trees', { base_tree, tree: [file, file] }],
      ['trees', { base_tree, tree: [{ ...file, path: '.git/config' }] }],
      ['trees', { base_tree, tree: [{ ...file, path: '../a' }] }],
      ['trees', { base_tree, tree: [{ ...file, mode: '160000' }] }],
      ['trees', { base_tree, tree: [{ ...file, sha: zero }] }],
      ['trees', { base_tree, tree: [{ path: 'no/such', mode: '100644', sha: null }] }],
      ['commits', { message: 'M', tree: zero, parents: [] }],
      ['commits', { message: 'M', tree: base_tree, parents: [zero] }],
      ['blobs', { content: 'a', encoding: 'latin1' }],
    ];
    for (const [path, body] of wrong) expect((await post(path, body)).status, JSON.stringify(body)).toBe(422);
    const workflow = { base_tree, tree: [{ ...file, path: '.github/workflows/x.yml' }] };
    expect((await post('trees', workflow)).status).toBe(403);
    const reading = await forge.token({ contents: 'read' });
    for (const path of ['blobs', 'trees', 'commits']) expect((await post(path, {}, reading)).status).toBe(403);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { repoCapabilities } from '#capabilities/index.ts';
import type { RepoTarget } from '#capabilities/repo/types.ts';
import { allReadPermissions, readsBeside, reportPermissions, writePermissions } from '#servers/github/tokens.ts';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import type { Permit } from '#shared/changes/permit.ts';
import { connect, oidOf, web } from './connect.ts';
import { type FakeGithub, fakeGithub, onGraphql, repositoryId } from './fake-github.ts';

let fake: FakeGithub;
beforeAll(async () => {
  fake = await fakeGithub();
});
beforeEach(() => {
  fake.route = onGraphql(() => ({ body: { data: { createRef: { ref: { target: { oid: oidOf('a') } } } } } }));
  fake.requests.length = 0;
});
afterAll(() => fake.close());

const branch = { repository: web, branch: 'deps/a', oid: oidOf('a') };
const revocations = () => fake.requests.filter((request) => request.method === 'DELETE');
const permit = () =>
  mintPermit<RepoTarget>({
    changeId: 'chg_1',
    tool: 'commit_files',
    step: 'branch',
    target: { repositoryId, repository: 'acme/web' },
  });

test('a permit opens the door once', async () => {
  const { door } = connect(fake.url);
  const once = permit();
  const write = await door.open(once);
  await write.createBranch(branch);
  await expect(door.open(once)).rejects.toMatchObject({ code: 'not_permitted' });
});

test('what is not a permit opens nothing and asks GitHub for nothing', async () => {
  const { door } = connect(fake.url);
  const forged = structuredClone(permit()) as Permit<RepoTarget>;
  await expect(door.open(forged)).rejects.toMatchObject({ code: 'not_permitted' });
  expect(fake.requests).toEqual([]);
});

test('the steps of a change share a token, which is revoked when it is done; its writers write no more', async () => {
  const { door, openWriter, problems } = connect(fake.url);
  const writers = [await openWriter(), await openWriter()];
  const other = await openWriter(undefined, 'chg_2');
  fake.requests.length = 0;
  await door.done('chg_1');
  await door.done('chg_1');
  expect(revocations().map((request) => request.url)).toEqual(['/api/v3/installation/token']);
  for (const write of writers) {
    await expect(write.createBranch(branch)).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
  }
  expect(fake.requests.filter((request) => request.url === '/api/graphql')).toEqual([]);
  await other.createBranch(branch);
  expect(problems).toEqual([]);
});

test.each([
  ['fails', { status: 500, body: {} }],
  ['is not answered', 'hang'],
] as const)('a revocation that %s is reported and stops nothing', async (_, answer) => {
  const { door, openWriter, problems } = connect(fake.url, { writeTimeoutMs: 200 });
  await openWriter();
  fake.route = ({ method }) => (method === 'DELETE' ? answer : undefined);
  await door.done('chg_1');
  expect(problems).toHaveLength(1);
});

test('a writer takes no other repository than its permit names', async () => {
  const write = await connect(fake.url).openWriter();
  fake.requests.length = 0;
  const refused = { name: 'NotDone', kind: 'refused' };
  await expect(write.createBranch({ ...branch, repository: { ...web, id: 5 } })).rejects.toMatchObject(refused);
  expect(fake.requests).toEqual([]);
});

test('a repository that the App cannot reach leaves the write undone', async () => {
  fake.route = ({ url }) => (url.endsWith('/installation') ? { status: 404, body: {} } : undefined);
  await expect(connect(fake.url).openWriter()).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
});

describe('a token that GitHub does not give', () => {
  const operator = /the operator has to/;
  test.each([
    [401, 'unavailable', operator],
    [403, 'unavailable', operator],
    [409, 'unavailable', /does not answer as it should/],
    [400, 'refused', /refused to answer/],
    [404, 'refused', /no such repository/],
    [422, 'refused', /no such repository/],
  ] as const)('with status %i: the write is %s, and says why', async (status, kind, message) => {
    fake.route = ({ url }) => (url.endsWith('/access_tokens') ? { status, body: {} } : undefined);
    const outcome = { name: 'NotDone', kind, message: expect.stringMatching(message) };
    await expect(connect(fake.url).openWriter()).rejects.toMatchObject(outcome);
    // Somebody has put it right.
    fake.route = () => undefined;
    await expect(connect(fake.url).openWriter()).resolves.toBeDefined();
  });

  test('because its key is not taken any more keeps those who read waiting, too', async () => {
    fake.route = ({ url }) => (url.endsWith('/installation') ? { status: 401, body: {} } : undefined);
    const told = { code: 'backend_unavailable', message: expect.stringMatching(operator) };
    await expect(connect(fake.url).reader.head('acme/web', 'main')).rejects.toMatchObject(told);
  });
});

test('a GitHub that does not answer, or has no address, leaves the write undone', async () => {
  fake.route = () => ({ status: 503, body: {} });
  await expect(connect(fake.url).openWriter()).rejects.toMatchObject({ name: 'NotDone', kind: 'unavailable' });
  const nowhere = connect('https://github.invalid');
  await expect(nowhere.openWriter()).rejects.toMatchObject({ name: 'NotDone', kind: 'unavailable' });
});

test('the installation of a repository is looked up once, and again after GitHub gave no token', async () => {
  const { openWriter } = connect(fake.url);
  const lookUps = () => fake.requests.filter((request) => request.url.endsWith('/installation')).length;
  await openWriter(undefined, 'chg_1');
  await openWriter(undefined, 'chg_2');
  expect(lookUps()).toBe(1);
  fake.route = ({ url }) => (url.endsWith('/access_tokens') ? { status: 404, body: {} } : undefined);
  await expect(openWriter(undefined, 'chg_3')).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
  fake.route = () => undefined;
  await openWriter(undefined, 'chg_4');
  expect(lookUps()).toBe(2);
});

test('nothing is ever asked that could lift a rule, change a workflow or read a secret, and reads write nothing', () => {
  const reads = [...allReadPermissions, ...Object.values(readsBeside)];
  const asked = [...reads, ...Object.values(writePermissions), reportPermissions];
  expect(asked.length).toBeGreaterThan(10);
  const known = ['actions', 'checks', 'contents', 'metadata', 'pull_requests', 'statuses'];
  for (const permissions of asked) {
    expect(known).toEqual(expect.arrayContaining(Object.keys(permissions)));
    expect(permissions).toMatchObject({ metadata: 'read' });
  }
  for (const permissions of reads) expect(new Set(Object.values(permissions))).toEqual(new Set(['read']));
  for (const permissions of Object.values(writePermissions)) expect(permissions).not.toHaveProperty('actions');
});

test('every write tool has permissions of its own, and a tool that has none opens nothing', async () => {
  const tools = repoCapabilities.flatMap((capability) => [...capability.tools]);
  const names = tools.flatMap(({ kind, name }) => (kind === 'write' ? [name] : []));
  expect(Object.keys(writePermissions).toSorted()).toEqual(names.toSorted());
  const { door } = connect(fake.url);
  const purpose = { changeId: 'chg_1', step: 'x', target: { repositoryId, repository: 'acme/web' } };
  const opening = door.open(mintPermit<RepoTarget>({ ...purpose, tool: 'another' }));
  await expect(opening).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
  expect(fake.requests).toEqual([]);
});

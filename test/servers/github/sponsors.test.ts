import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect } from './connect.ts';
import { type FakeGithub, fakeGithub, type Received, tokenAnswer } from './fake-github.ts';

let fake: FakeGithub;
beforeAll(async () => {
  fake = await fakeGithub();
});
beforeEach(() => {
  fake.route = () => undefined;
  fake.requests.length = 0;
});
afterAll(() => fake.close());

const isQuestion = ({ url }: Received): boolean => url.includes('/collaborators/');
const questions = () => fake.requests.filter(isQuestion);
const access = () => connect(fake.url).sponsorAccess((sponsor) => (sponsor === 'nobody' ? null : sponsor));
/** GitHub’s answer, as far as its documentation shows it. */
const answers = (permission: string, role = permission, login = 'alice'): void => {
  const body = { permission, role_name: role, user: { login, id: 7, type: 'User', permissions: { pull: true } } };
  fake.route = (request) => (isQuestion(request) ? { body } : undefined);
};

describe('the permission of a sponsor', () => {
  test.each([
    ['admin', 'admin', 'write'],
    ['write', 'maintain', 'write'],
    ['write', 'write', 'write'],
    ['write', 'a role of ours', 'write'],
    ['read', 'triage', 'read'],
    ['read', 'read', 'read'],
    ['none', 'none', 'none'],
  ] as const)('%s, as %s, is %s', async (permission, role, level) => {
    answers(permission, role);
    expect(await access().levelOf('alice', 'acme/web')).toBe(level);
  });

  test('is asked for in one request, with the token that only reads that repository', async () => {
    answers('read');
    await access().levelOf('alice', 'acme/web');
    expect(questions().map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/v3/repos/acme/web/collaborators/alice/permission',
    ]);
    const mint = fake.requests.find(({ url }) => url.endsWith('/access_tokens'));
    expect(JSON.parse(mint?.body ?? '')).toMatchObject({ permissions: { metadata: 'read', contents: 'read' } });
  });

  test('is none for an account that GitHub does not know, and for one that it answers another for', async () => {
    expect(await access().levelOf('ghost', 'acme/web')).toBe('none');
    answers('admin', 'admin', 'somebody-else');
    expect(await access().levelOf('alice', 'acme/web')).toBe('none');
    answers('admin', 'admin', 'Alice');
    expect(await access().levelOf('alice', 'acme/web')).toBe('write');
  });

  test('of a name that no account can have stays within its place in the address', async () => {
    expect(await access().levelOf('../../../orgs/acme?x=', 'acme/web')).toBe('none');
    expect(questions().map(({ url }) => url)).toEqual([
      '/api/v3/repos/acme/web/collaborators/..%2F..%2F..%2Forgs%2Facme%3Fx%3D/permission',
    ]);
  });

  test.each([
    ['an outage', { status: 503, body: {} }, 'backend_unavailable'],
    [
      'a permission that nobody documents',
      { body: { permission: 'owner', user: { login: 'alice' } } },
      'backend_unavailable',
    ],
    ['an answer without an account', { body: { permission: 'admin', user: null } }, 'backend_unavailable'],
    ['a refusal', { status: 403, body: { message: 'Resource not accessible by integration' } }, 'backend_refused'],
    ['a connection that breaks off', 'cut', 'backend_unavailable'],
  ] as const)('cannot be told after %s', async (_, answer, code) => {
    fake.route = (request) => (isQuestion(request) ? answer : undefined);
    await expect(access().levelOf('alice', 'acme/web')).rejects.toMatchObject({ code });
  });

  test('is asked with another token once the name may lead to another repository', async () => {
    const { sponsorAccess } = connect(fake.url);
    const { levelOf } = sponsorAccess((sponsor) => sponsor);
    expect(await levelOf('alice', 'acme/web')).toBe('none');
    fake.route = (request) => {
      if (isQuestion(request)) return { body: { permission: 'read', user: { login: 'alice' } } };
      if (!request.url.endsWith('/access_tokens')) return undefined;
      const { permissions } = JSON.parse(request.body) as { permissions: Record<string, string> };
      return {
        status: 201,
        body: tokenAnswer({ permissions, repositories: [{ id: 5, name: 'web' }], token: 'ghs_new' }),
      };
    };
    expect(await levelOf('alice', 'acme/web')).toBe('read');
    expect(questions().at(-1)?.headers.authorization).toBe('bearer ghs_new');
  });
});

test('one repository is one thing in every spelling, and whoever asks for nothing else wants to read it', () => {
  const { about, accountOf } = access();
  expect(about({ want: 'write', repository: 'ACME/Web' })).toEqual({ thing: 'acme/web', wants: 'write' });
  expect(about({ want: 'read', repository: 'acme/web', path: 'a' })).toEqual({ thing: 'acme/web', wants: 'read' });
  expect(accountOf('nobody')).toBeNull();
});

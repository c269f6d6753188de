import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { connect } from './connect.ts';
import { type FakeGithub, fakeGithub, type Received, type Route, repositoryId, tokenAnswer } from './fake-github.ts';

let fake: FakeGithub;
const empty: Route = ({ url }) =>
  url === '/api/graphql' ? { body: { data: { repository: { ref: null } } } } : undefined;

beforeAll(async () => {
  fake = await fakeGithub();
});
beforeEach(() => {
  fake.route = empty;
  fake.tokenLife = 3_600_000;
  fake.requests.length = 0;
});
afterAll(() => fake.close());

const mints = (): Received[] => fake.requests.filter((request) => request.url.endsWith('/access_tokens'));
const bodies = () => mints().map((request) => JSON.parse(request.body) as unknown);
const bearer = (request: Received | undefined) => request?.headers.authorization;
const readPermissions = { contents: 'read', metadata: 'read', pull_requests: 'read' };
const writePermissions = { contents: 'write', metadata: 'read', pull_requests: 'write' };

describe('a token for reading', () => {
  test('can read one repository, and is asked for by name and then by id', async () => {
    fake.tokenLife = 4 * 60_000;
    const { reader } = connect(fake.url);
    await reader.head('acme/web', 'main');
    expect(bodies()).toEqual([
      { repositories: ['web'], permissions: readPermissions },
      { repository_ids: [repositoryId], permissions: readPermissions },
    ]);
  });

  test('is shared by calls that come together, and by later ones in any spelling of the name', async () => {
    const { reader } = connect(fake.url);
    await Promise.all([reader.head('acme/web', 'main'), reader.head('ACME/Web', 'main'), reader.head('acme/web', 'a')]);
    await reader.head('acme/web', 'main');
    expect(mints()).toHaveLength(1);
    expect(fake.requests.filter((request) => request.url.endsWith('/installation'))).toHaveLength(1);
  });

  const checkPermissions = { checks: 'read', contents: 'read', metadata: 'read', statuses: 'read' };

  test('to see what CI says is another one, which no other read uses', async () => {
    const { reader } = connect(fake.url);
    for (const _ of [1, 2]) await reader.checks('acme/web', 'a'.repeat(40), { limit: 1 }).catch(() => {});
    await reader.head('acme/web', 'main');
    expect(bodies()).toEqual([
      { repositories: ['web'], permissions: readPermissions },
      { repository_ids: [repositoryId], permissions: checkPermissions },
    ]);
    const [first, second, usual] = fake.requests.filter(({ url }) => url === '/api/graphql').map(bearer);
    expect(first).toBe(second);
    expect(first).not.toBe(usual);
  });

  test('to see what CI says that the App has not is told apart from a repository that is not there', async () => {
    let gone = false;
    fake.route = (request) => {
      const refused = gone || request.body.includes('checks');
      return request.url.endsWith('/access_tokens') && refused ? { status: 422, body: {} } : empty(request);
    };
    const { reader } = connect(fake.url);
    const asked = () => reader.checks('acme/web', 'a'.repeat(40), { limit: 1 });
    await expect(asked()).rejects.toMatchObject({
      code: 'backend_refused',
      next: expect.stringContaining('checks, statuses'),
    });
    expect(await reader.head('acme/web', 'main')).toBeNull();
    gone = true;
    await expect(asked()).rejects.toMatchObject({ code: 'not_found' });
  });

  test('is not handed out in its last five minutes', async () => {
    let now = Date.now();
    fake.tokenLife = 12 * 60_000;
    const { reader } = connect(fake.url, { now: () => now });
    await reader.head('acme/web', 'main');
    now += 6 * 60_000;
    await reader.head('acme/web', 'main');
    expect(mints()).toHaveLength(1);
    now += 2 * 60_000;
    await Promise.all([reader.head('acme/web', 'main'), reader.head('acme/web', 'main')]);
    expect(bodies().slice(1)).toEqual([{ repository_ids: [repositoryId], permissions: readPermissions }]);
  });

  test('is handed out for ten minutes, and revoked once no call can be using it', async () => {
    let now = Date.now();
    const { reader, problems } = connect(fake.url, { now: () => now });
    const used: (string | undefined)[] = [];
    const revoked = () => fake.requests.filter(({ method }) => method === 'DELETE').map(bearer);
    for (const minutes of [0, 9, 2, 6]) {
      now += minutes * 60_000;
      await reader.head('acme/web', 'main');
      used.push(bearer(fake.requests.findLast(({ url }) => url === '/api/graphql')));
    }
    const [first, second, third, fourth] = used;
    expect([second, fourth]).toEqual([first, third]);
    expect(third).not.toBe(first);
    expect(revoked()).toEqual([]);
    now += 10 * 60_000;
    await reader.head('acme/web', 'main');
    await vi.waitFor(() => expect(revoked()).toEqual([first]), { timeout: 5_000 });
    expect(problems).toEqual([]);
  });

  test('is revoked when the server ends, and one that cannot be is reported', async () => {
    const { reader, close, problems } = connect(fake.url);
    await reader.head('acme/web', 'main');
    await reader.checks('acme/web', 'a'.repeat(40), { limit: 1 }).catch(() => {});
    const used = fake.requests.filter(({ url }) => url === '/api/graphql').map(bearer);
    fake.route = ({ method, headers }) =>
      method === 'DELETE' && headers.authorization === used[1] ? { status: 503, body: {} } : undefined;
    await close();
    const revoked = fake.requests.filter(({ method }) => method === 'DELETE').map(bearer);
    expect(revoked.toSorted()).toEqual(used.toSorted());
    expect(problems).toHaveLength(1);
  });

  test('of one repository is never used for another', async () => {
    const ids: Record<string, number> = { web: 1, api: 2 };
    fake.route = (request) => {
      if (!request.url.endsWith('/access_tokens')) return empty(request);
      const [name = ''] = (JSON.parse(request.body) as { repositories: string[] }).repositories;
      const repositories = [{ id: ids[name] ?? 0, name }];
      return {
        status: 201,
        body: tokenAnswer({ permissions: readPermissions, repositories, token: `ghs_for_${name}` }),
      };
    };
    const { reader } = connect(fake.url);
    await Promise.all([reader.head('acme/web', 'main'), reader.head('acme/api', 'main')]);
    for (const { url, body, headers } of fake.requests) {
      if (url !== '/api/graphql') continue;
      const { name } = (JSON.parse(body) as { variables: { name: string } }).variables;
      expect(headers.authorization).toBe(`bearer ghs_for_${name}`);
    }
    expect(mints()).toHaveLength(2);
  });

  test('that GitHub no longer takes is replaced once', async () => {
    const { reader } = connect(fake.url);
    await reader.head('acme/web', 'main');
    const first = bearer(fake.requests.at(-1));
    fake.route = (request) =>
      request.url === '/api/graphql' && bearer(request) === first ? { status: 401, body: {} } : empty(request);
    expect(await reader.head('acme/web', 'main')).toBeNull();
    fake.route = ({ url }) => (url === '/api/graphql' ? { status: 401, body: {} } : undefined);
    fake.requests.length = 0;
    await expect(reader.head('acme/web', 'main')).rejects.toMatchObject({ code: 'backend_unavailable' });
    expect(fake.requests.filter((request) => request.url === '/api/graphql')).toHaveLength(2);
  });

  test('is asked for by name again once the name leads nowhere: it may be another repository by now', async () => {
    const { reader } = connect(fake.url);
    await reader.head('acme/web', 'main');
    const gone = { data: { repository: null }, errors: [{ type: 'NOT_FOUND', message: '', path: ['repository'] }] };
    fake.route = ({ url }) => (url === '/api/graphql' ? { body: gone } : undefined);
    await expect(reader.head('acme/web', 'main')).rejects.toMatchObject({ code: 'not_found' });
    fake.route = (request) => {
      if (!request.url.endsWith('/access_tokens')) return empty(request);
      const repositories = [{ id: 5, name: 'web' }];
      return { status: 201, body: tokenAnswer({ permissions: readPermissions, repositories, token: 'ghs_of_new' }) };
    };
    expect(await reader.head('acme/web', 'main')).toBeNull();
    expect(bodies().slice(1)).toEqual([{ repositories: ['web'], permissions: readPermissions }]);
    expect(bearer(fake.requests.at(-1))).toBe('bearer ghs_of_new');
  });

  test('stays when a branch or a pull request is not there', async () => {
    const { reader } = connect(fake.url);
    await reader.head('acme/web', 'none');
    fake.route = ({ url }) => {
      const errors = [{ type: 'NOT_FOUND', message: '', path: ['repository', 'pullRequest'] }];
      return url === '/api/graphql' ? { body: { data: { repository: { pullRequest: null } }, errors } } : undefined;
    };
    expect(await reader.pullRequest('acme/web', 7)).toBeNull();
    expect(await reader.pullRequest('acme/web', 7)).toBeNull();
    expect(mints()).toHaveLength(1);
  });

  test('is asked for again after a failure', async () => {
    const { reader } = connect(fake.url);
    fake.route = ({ url }) => (url.endsWith('/access_tokens') ? { status: 502 } : undefined);
    await expect(reader.head('acme/web', 'main')).rejects.toMatchObject({ code: 'backend_unavailable' });
    fake.route = empty;
    expect(await reader.head('acme/web', 'main')).toBeNull();
  });
});

describe('a token that is not the one asked for is refused', () => {
  const wrong: [string, object][] = [
    ['more permissions', tokenAnswer({ permissions: { ...readPermissions, administration: 'read' } })],
    ['a wider permission', tokenAnswer({ permissions: { ...readPermissions, contents: 'write' } })],
    ['fewer permissions', tokenAnswer({ permissions: { contents: 'read', metadata: 'read' } })],
    ['another repository', tokenAnswer({ permissions: readPermissions, repositories: [{ id: 5, name: 'secret' }] })],
    [
      'one repository more',
      tokenAnswer({
        permissions: readPermissions,
        repositories: [
          { id: repositoryId, name: 'web' },
          { id: 5, name: 'b' },
        ],
      }),
    ],
    ['every repository', { ...tokenAnswer({ permissions: readPermissions }), repository_selection: 'all' }],
    ['repositories that are not named', { ...tokenAnswer({ permissions: readPermissions }), repositories: undefined }],
    ['no token', { ...tokenAnswer({ permissions: readPermissions }), token: '' }],
    ['a token that no header can carry', tokenAnswer({ permissions: readPermissions, token: 'opaque\nsecret' })],
    ['nothing', {}],
  ];

  test.each(wrong)('%s', async (_, body) => {
    fake.route = ({ url }) => (url.endsWith('/access_tokens') ? { status: 201, body } : undefined);
    const { reader } = connect(fake.url);
    await expect(reader.head('acme/web', 'main')).rejects.toMatchObject({ code: 'backend_refused' });
    expect(fake.requests.some((request) => request.url === '/api/graphql')).toBe(false);
  });

  test('another repository id for a writer', async () => {
    const body = tokenAnswer({ permissions: writePermissions, repositories: [{ id: 5, name: 'web' }] });
    fake.route = ({ url }) => (url.endsWith('/access_tokens') ? { status: 201, body } : undefined);
    await expect(connect(fake.url).openWriter()).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
  });
});

describe('a token for writing', () => {
  test('can write to the one repository of the permit, and never workflows', async () => {
    await connect(fake.url).openWriter();
    expect(bodies()).toEqual([{ repository_ids: [repositoryId], permissions: writePermissions }]);
  });

  test('is a new one for each change, and the same for its steps', async () => {
    const { openWriter } = connect(fake.url);
    await openWriter();
    await openWriter();
    expect(mints()).toHaveLength(1);
    await openWriter(undefined, 'chg_2');
    expect(mints()).toHaveLength(2);
  });

  test('is not what reads use', async () => {
    const { openWriter, reader } = connect(fake.url);
    await openWriter();
    await reader.head('acme/web', 'main');
    expect(bodies()).toEqual([
      { repository_ids: [repositoryId], permissions: writePermissions },
      { repositories: ['web'], permissions: readPermissions },
    ]);
  });
});

test('only the App’s own key signs what the App asks', async () => {
  const { reader } = connect(fake.url);
  await reader.head('acme/web', 'main');
  const [first] = fake.requests;
  const [, payload = ''] = bearer(first)?.split('.') ?? [];
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ iss: 1 });
});

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appKeys, clientsOf, refusal, runForge, type TestForge } from './kit.ts';

let forge: TestForge;

beforeAll(async () => {
  forge = await runForge();
});
afterAll(() => forge.close());

type Claims = { iss?: unknown; iat?: number; exp?: number; aud?: string };

async function askAsApp(claims: Claims, key: KeyObject = appKeys.privateKey, path = '/app') {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: 7, iat: now - 30, exp: now + 300, ...claims } as Record<string, unknown>;
  const jwt = await new SignJWT(payload).setProtectedHeader({ alg: 'RS256' }).sign(key);
  const answer = await forge.rest(jwt, path);
  return { status: answer.status, body: (await answer.json()) as { message?: string; slug?: string; id?: number } };
}

describe('the App', () => {
  const now = Math.floor(Date.now() / 1000);

  test('is known by a JWT that its key signed', async () => {
    expect(await askAsApp({})).toMatchObject({ status: 200, body: { slug: 'countersign', id: 7 } });
    expect(await askAsApp({ iss: '7' })).toMatchObject({ status: 200 });
  });

  const refused: [string, Claims][] = [
    ['has expired', { iat: now - 700, exp: now - 100 }],
    ['lives longer than ten minutes', { exp: now + 3600 }],
    ['was issued in the future', { iat: now + 500, exp: now + 600 }],
    ['names an audience', { aud: 'somebody' }],
  ];
  test.each(refused)('is refused when its JWT %s', async (_, claims) => {
    expect((await askAsApp(claims)).status).toBe(401);
  });

  test('is refused when another key signed', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const answer = await askAsApp({}, other);
    expect(answer).toMatchObject({ status: 401, body: { message: 'A JSON web token could not be decoded' } });
  });

  test('is not found under another number', async () => {
    expect(await askAsApp({ iss: 8 })).toMatchObject({ status: 404, body: { message: 'Integration not found' } });
  });

  test('cannot read repositories with its JWT', async () => {
    const { status } = await askAsApp({}, appKeys.privateKey, '/repos/acme/storefront');
    expect(status).toBe(401);
  });
});

describe('an installation token', () => {
  test('is limited to the repositories and permissions it was minted for', async () => {
    const route = 'POST /app/installations/{installation_id}/access_tokens';
    const installation_id = await forge.installation();
    const wanted = { installation_id, repositories: ['storefront'], permissions: { contents: 'read' }, ...forge.via };
    const { data, status } = await forge.app.octokit.request(route, wanted as never);
    expect(status).toBe(201);
    const answer = data as unknown as { token: string; repositories: { id: number }[] };
    expect(data).toMatchObject({
      permissions: { contents: 'read', metadata: 'read' },
      repository_selection: 'selected',
      repositories: [{ full_name: 'acme/storefront', private: true }],
    });
    expect(answer.token).toMatch(/^ghs_[A-Za-z0-9]{36}$/);
    const list = await forge.rest(answer.token, '/installation/repositories');
    expect(await list.json()).toMatchObject({ total_count: 1, repositories: [{ name: 'storefront' }] });
    expect((await forge.rest(answer.token, `/repositories/${answer.repositories[0]?.id}`)).status).toBe(200);
  });

  test('does not see a repository outside, over REST, GraphQL or git', async () => {
    const bearer = await forge.token();
    const rest = await forge.rest(bearer, '/repos/acme/billing');
    expect(rest.status).toBe(404);
    const absent = await forge.rest(bearer, '/repos/acme/not-there');
    expect(await rest.json()).toEqual(await absent.json());
    const query = '{ repository(owner: "acme", name: "billing") { id } }';
    expect(await refusal(forge.query(bearer)(query))).toEqual([
      { type: 'NOT_FOUND', message: "Could not resolve to a Repository with the name 'acme/billing'." },
    ]);
    const node = `R_${Buffer.from('9002').toString('base64url')}`;
    const byNode = await refusal(forge.query(bearer)(`{ node(id: "${node}") { id } }`));
    expect(byNode[0]?.type).toBe('NOT_FOUND');
    const git = await fetch(`${forge.url}/acme/billing.git/info/refs?service=git-upload-pack`, {
      headers: { authorization: `Bearer ${bearer}` },
    });
    expect(git.status).toBe(404);
  });

  test('does not do what it has no permission for', async () => {
    const bearer = await forge.token({ contents: 'read' });
    const body = { ref: 'refs/heads/x', sha: '0'.repeat(40) };
    const write = await forge.rest(bearer, '/repos/acme/storefront/git/refs', { method: 'POST', body });
    expect(write.status).toBe(403);
    expect(await write.json()).toMatchObject({ message: 'Resource not accessible by integration' });
    expect((await forge.rest(bearer, '/repos/acme/storefront/pulls')).status).toBe(403);
    const query = '{ repository(owner: "acme", name: "storefront") { pullRequests(first: 1) { totalCount } } }';
    expect((await refusal(forge.query(bearer)(query)))[0]?.type).toBe('FORBIDDEN');
    const metadata = await forge.token({ metadata: 'read' });
    expect((await forge.rest(metadata, '/repos/acme/storefront')).status).toBe(200);
    expect((await forge.rest(metadata, '/repos/acme/storefront/contents/README.md')).status).toBe(403);
    const fetching = await fetch(`${forge.url}/acme/storefront.git/info/refs?service=git-upload-pack`, {
      headers: { authorization: `Bearer ${metadata}` },
    });
    expect(fetching.status).toBe(403);
  });

  const wider: [string, { repositories?: string[]; permissions?: Record<string, string> }][] = [
    ['a repository that is not there', { repositories: ['nothing'] }],
    ['no repository', { repositories: [] }],
    ['a permission that the installation lacks', { permissions: { workflows: 'write' } }],
    ['a permission that does not exist', { permissions: { everything: 'write' } }],
    ['a level that does not exist', { permissions: { contents: 'admin' } }],
  ];
  test.each(wider)('is not minted for %s', async (_, wanted) => {
    const route = 'POST /app/installations/{installation_id}/access_tokens';
    const installation_id = await forge.installation();
    const asked = forge.app.octokit.request(route, { installation_id, ...wanted, ...forge.via } as never);
    await expect(asked).rejects.toMatchObject({ status: 422 });
  });

  test('is dead at once when it is revoked', async () => {
    const bearer = await forge.token();
    expect((await forge.rest(bearer, '/installation/token', { method: 'DELETE' })).status).toBe(204);
    const answer = await forge.rest(bearer, '/repos/acme/storefront');
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ message: 'Bad credentials' });
    const graphql = await fetch(`${forge.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization: `bearer ${bearer}` },
      body: '{}',
    });
    expect(graphql.status).toBe(401);
  });

  test('has its requests counted in the rate limit headers', async () => {
    const bearer = await forge.token();
    const first = await forge.rest(bearer, '/repos/acme/storefront');
    const second = await forge.rest(bearer, '/repos/acme/storefront');
    const remaining = (answer: Response): number => Number(answer.headers.get('x-ratelimit-remaining'));
    expect(remaining(first) - remaining(second)).toBe(1);
    const limits = await forge.rest(bearer, '/rate_limit');
    expect(await limits.json()).toMatchObject({ rate: { limit: 5000, remaining: remaining(second) } });
  });
});

test('a caller without any credential is refused, and git is told how to send one', async () => {
  const answer = await fetch(`${forge.url}/acme/storefront.git/info/refs?service=git-upload-pack`);
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toContain('Basic');
  expect((await fetch(`${forge.url}/api/v3/repos/acme/storefront`)).status).toBe(401);
});

test('an App whose key is another cannot mint', async () => {
  const stranger = clientsOf(forge.url, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
  await expect(stranger.token()).rejects.toMatchObject({ status: 401 });
});

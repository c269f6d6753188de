import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { arrangementPath } from '#servers/forge/arrangement.ts';
import { headOf, runForge, type TestForge } from './kit.ts';

let forge: TestForge;
let token: string;
const arrange = (arrangement: object): void =>
  writeFileSync(arrangementPath(forge.config.dataDir), JSON.stringify(arrangement));

beforeAll(async () => {
  forge = await runForge();
  token = await forge.token();
});
beforeEach(() => arrange({}));
afterAll(() => forge.close());

const main = '/repos/acme/storefront/git/refs/heads/main';
const move = async (sha: string) => forge.rest(token, main, { method: 'PATCH', body: { sha } });

describe('what an owner can set otherwise on forge', () => {
  test('are the rules of the default branch, which are kept as they are shown', async () => {
    const head = await headOf(forge, token, 'main');
    expect((await move(head)).status).toBe(422);
    arrange({ rules: { 'Acme/Storefront': [{ type: 'required_signatures' }] } });
    const shown = await (await forge.rest(token, '/repos/acme/storefront/rules/branches/main')).json();
    expect(shown).toMatchObject([{ type: 'required_signatures', ruleset_source_type: 'Repository' }]);
    expect((await move(head)).status).toBe(200);
  });

  test('is the older kind of protection, shown to whom it holds', async () => {
    const document = `query { repository(owner: "acme", name: "storefront") { defaultBranchRef { refUpdateRule {
      allowsDeletions allowsForcePushes requiredApprovingReviewCount requiredStatusCheckContexts requiresSignatures
    } } } }`;
    const rule = async () =>
      (await forge.query(token)<never>(document))['repository']['defaultBranchRef']['refUpdateRule'];
    expect(await rule()).toBeNull();
    arrange({ protection: { 'acme/storefront': { reviews: 2, signatures: true, checks: ['ci'] } } });
    expect(await rule()).toEqual({
      ...{ allowsDeletions: false, allowsForcePushes: false, requiredApprovingReviewCount: 2 },
      ...{ requiredStatusCheckContexts: ['ci'], requiresSignatures: true },
    });
  });

  test('is whether the installation is suspended: its tokens end, and there are no new ones', async () => {
    const id = await forge.installation();
    arrange({ suspended: ['acme'] });
    const said = { message: 'This installation has been suspended' };
    const refused = await forge.rest(token, '/repos/acme/storefront');
    expect([refused.status, await refused.json()]).toEqual([403, expect.objectContaining(said)]);
    await expect(forge.token()).rejects.toMatchObject({
      status: 403,
      response: { data: expect.objectContaining(said) },
    });
    const { data } = await forge.app.octokit.request('GET /app/installations/{installation_id}', {
      ...{ installation_id: id, ...forge.via },
    });
    expect(data.suspended_at).toEqual(expect.any(String));
    arrange({});
    expect((await forge.rest(token, '/repos/acme/storefront')).status).toBe(200);
  });

  test('is what the App may do: a request beyond it is refused as GitHub does', async () => {
    arrange({ permissions: { contents: 'read', metadata: 'read' } });
    await expect(forge.token({ contents: 'write' })).rejects.toMatchObject({ status: 422 });
    const reading = await forge.token({ contents: 'read' });
    const body = { ref: 'refs/heads/deps/x', sha: await headOf(forge, reading, 'main') };
    const refused = await forge.rest(reading, '/repos/acme/storefront/git/refs', { method: 'POST', body });
    expect([refused.status, await refused.json()]).toEqual([
      403,
      expect.objectContaining({ message: 'Resource not accessible by integration' }),
    ]);
  });

  test('is which repositories the installation covers', async () => {
    arrange({ selected: ['acme/billing'] });
    expect((await forge.rest(token, '/repos/acme/storefront')).status).toBe(404);
    await expect(forge.token()).rejects.toMatchObject({ status: 422 });
    const wide = await forge.token({ metadata: 'read' }, ['billing']);
    const listed = await (await forge.rest(wide, '/installation/repositories')).json();
    expect(listed).toMatchObject({ repository_selection: 'selected', repositories: [{ full_name: 'acme/billing' }] });
  });
});

describe('a manifest', () => {
  const manifest = (more: object = {}) => ({
    ...{ name: 'Another one', url: 'https://example.com', redirect_url: 'http://127.0.0.1:1/made' },
    ...{ default_permissions: { contents: 'read' }, public: false, ...more },
  });
  const post = (text: string) =>
    fetch(`${forge.url}/organizations/acme/settings/apps/new?state=abc`, {
      ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams({ manifest: text }) },
    });

  test('leads back with a code that is exchanged once for an App, whose key then counts', async () => {
    const back = new URL((await post(JSON.stringify(manifest()))).headers.get('location') ?? '');
    expect(back.searchParams.get('state')).toBe('abc');
    const exchange = () =>
      fetch(`${forge.url}/api/v3/app-manifests/${back.searchParams.get('code')}/conversions`, { method: 'POST' });
    const first = await exchange();
    expect(first.status).toBe(201);
    const made = (await first.json()) as { id: number; pem: string };
    expect(made).toMatchObject({ slug: 'another-one', permissions: { contents: 'read', metadata: 'read' } });
    expect((await exchange()).status).toBe(404);
  });

  test.each(['', '{', '{}', JSON.stringify({ name: 'x' })])('that is none is refused: %j', async (text) => {
    expect((await post(text)).status).toBe(422);
  });
});

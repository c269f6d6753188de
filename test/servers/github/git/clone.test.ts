import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { callsSince } from '#shared/changes/calls-since.ts';
import { endStop, insertStop } from '#shared/ledger/stops.ts';
import { type GitKit, git, startGitKit } from './kit.ts';
import { askFor, gitHttp } from './raw.ts';

let kit: GitKit;
beforeAll(async () => {
  kit = await startGitKit();
});
afterEach(() => {
  kit.gateway.before = () => undefined;
});
afterAll(() => kit.close());

const clone = async (...args: string[]): Promise<string> => {
  const folder = kit.folder();
  await git('clone', '--quiet', ...args, kit.url(), folder);
  return folder;
};

/** A branch with a commit of its own on top of main. */
function pushed(branch: string, content = branch): string {
  const { upstream } = kit;
  const id = upstream.commit(content, upstream.run('rev-parse', 'main'));
  upstream.run('update-ref', `refs/heads/${branch}`, id);
  return id;
}

describe('without a credential, git', () => {
  test('clones a repository', async () => {
    const folder = await clone();
    expect(await git('-C', folder, 'rev-parse', 'HEAD')).toBe(kit.upstream.run('rev-parse', 'main'));
    expect(await git('-C', folder, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main');
    expect(readdirSync(folder)).toContain('package.json');
    await git('-C', folder, 'fsck', '--strict');
  });

  test('fetches what came since, at once', async () => {
    const folder = await clone();
    for (const name of ['since/one', 'since/two']) {
      const id = pushed(name);
      await git('-C', folder, 'fetch', '--quiet');
      expect(await git('-C', folder, 'rev-parse', `origin/${name}`)).toBe(id);
    }
  });

  test.each([0, 1, 2])(
    'lists branches and tags with protocol %i, and nothing that a host keeps beside',
    async (version) => {
      const { upstream } = kit;
      const main = upstream.run('rev-parse', 'main');
      upstream.run('update-ref', 'refs/pull/1/head', main);
      upstream.run('update-ref', 'refs/notes/commits', main);
      upstream.run('tag', '-f', 'v1', main);
      const listed = await git('-c', `protocol.version=${version}`, 'ls-remote', kit.url());
      const names = listed.split('\n').map((line) => line.split('\t')[1]);
      expect(names).toEqual(expect.arrayContaining(['HEAD', 'refs/heads/main', 'refs/tags/v1']));
      expect(names.filter((name) => !/^(HEAD|refs\/(heads|tags)\/.+)$/.test(name ?? ''))).toEqual([]);
    },
  );

  test.each([0, 2])('clones the newest commit of one branch alone with protocol %i', async (version) => {
    pushed('shallow');
    const args = ['--depth=1', '--branch=shallow', '--no-tags', '-c', `protocol.version=${version}`];
    const folder = await clone(...args);
    expect(await git('-C', folder, 'rev-list', '--count', '--all')).toBe('1');
    await git('-C', folder, 'fetch', '--quiet', '--unshallow');
    expect(Number(await git('-C', folder, 'rev-list', '--count', '--all'))).toBeGreaterThan(1);
  });

  test.each([0, 2])(
    'clones without contents and fetches those that it checks out with protocol %i',
    async (version) => {
      const folder = await clone('--filter=blob:none', '--no-checkout', '-c', `protocol.version=${version}`);
      const missing = (): Promise<string> => git('-C', folder, 'rev-list', '--objects', '--all', '--missing=print');
      expect(await missing()).toMatch(/^\?/m);
      await git('-C', folder, 'checkout', '--quiet', 'main');
      expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe(
        `${kit.upstream.run('show', 'main:package.json')}\n`,
      );
    },
  );

  test('clones an empty repository', async () => {
    const { run } = kit.upstreamOf('acme/billing');
    const refs = run('for-each-ref', '--format=%(refname)').split('\n');
    const kept = refs.map((name) => [name, run('rev-parse', name)] as const);
    for (const [name] of kept) run('update-ref', '-d', name);
    await git('clone', '--quiet', kit.url('acme/billing'), kit.folder());
    for (const [name, id] of kept) run('update-ref', name, id);
  });

  test('finds a repository whose name is written in another case, without .git', async () => {
    const listed = await git('ls-remote', `${kit.base()}/Acme/Storefront`, 'HEAD');
    expect(listed).toContain(kit.upstream.run('rev-parse', 'main'));
  });
});

describe('what the blueprint does not open is refused:', () => {
  test('a repository outside the scope, without a request to the backend, as one that does not exist', async () => {
    const before = kit.gateway.passed.length;
    const outside = await gitHttp(kit.url('acme/web')).refs();
    expect(kit.gateway.passed.length).toBe(before);
    const unknown = await gitHttp(kit.url('acme/nowhere')).refs();
    expect(outside).toEqual({ status: 404, text: 'There is no such repository, or none that you may read.\n' });
    expect(unknown).toEqual(outside);
    await expect(git('clone', kit.url('acme/web'), kit.folder())).rejects.toThrow(/not found/);
  });

  test.each([
    'acme/..',
    'acme/%2e%2e%2fstorefront',
    'acme%2Fstorefront/x',
    'acme/storefront.git%00',
    'acme/--upload-pack=x',
  ])('a name that is none: %s', async (name) => {
    expect((await gitHttp(kit.url(name)).refs()).status).toBe(404);
  });

  test('a repository of which only some paths may be read, with what to use instead', async () => {
    const before = kit.gateway.passed.length;
    const clone = git('clone', kit.url('acme/storefront', 'paths'), kit.folder());
    await expect(clone).rejects.toThrow(/remote: .*for some paths only.* Use read_file/);
    await expect(git('clone', kit.url('acme/storefront', 'tools'), kit.folder())).rejects.toThrow(/some tools only/);
    expect(kit.gateway.passed.length).toBe(before);
  });

  test('any of it once the blueprint is revoked', async () => {
    kit.revoked.add('whole');
    const clone = git('clone', kit.url(), kit.folder());
    await expect(clone).rejects.toThrow(/remote: .*revoked/);
    kit.revoked.clear();
    await git('ls-remote', kit.url());
  });

  test('any of it while the agent is stopped, between the listing and the fetch too', async () => {
    const by = { actor: { kind: 'server', server: 'test' }, reason: 'r', at: new Date().toISOString() } as const;
    const http = gitHttp(kit.url());
    expect((await http.refs()).status).toBe(200);
    const id = await kit.ledger.write((tx) => insertStop(tx, { scope: 'agent', value: 'whole', ...by }));
    try {
      await expect(git('clone', kit.url(), kit.folder())).rejects.toThrow(/remote: .*A person has stopped this/);
      expect((await http.pack(askFor(kit.upstream.run('rev-parse', 'main')))).toString()).toContain('ERR A person has');
    } finally {
      await kit.ledger.write((tx) => endStop(tx, { id, ...by }));
    }
  });

  test('more calls a minute than the blueprint allows', async () => {
    const url = kit.url('acme/storefront', 'other');
    await expect(
      (async () => {
        for (;;) await git('ls-remote', url);
      })(),
    ).rejects.toThrow(/remote: .*no more calls this minute|ERR|remote error/);
  });

  test('the dumb protocol and other services', async () => {
    const dumb = await fetch(`${kit.url()}/info/refs`);
    expect([dumb.status, await dumb.text()]).toEqual([403, expect.stringContaining('smart HTTP only')]);
    for (const path of ['HEAD', 'objects/info/packs', 'info/refs?service=git-upload-archive', 'git-upload-archive']) {
      expect((await fetch(`${kit.url()}/${path}`)).status).toBe(403);
    }
    const form = await fetch(`${kit.url()}/git-upload-pack`, { method: 'POST', body: '0000' });
    expect(form.status).toBe(403);
  });

  test('another host name, and a page of another origin', async () => {
    const { port } = new URL(kit.url());
    const http = gitHttp(kit.url());
    expect((await http.refs({ host: `evil.example:${port}` })).status).toBe(403);
    expect((await http.refs({ origin: 'https://evil.example' })).status).toBe(403);
  });
});

test('calls are on record with the repository, denied ones too', async () => {
  await git('ls-remote', kit.url());
  await gitHttp(kit.url('acme/web')).refs();
  await gitHttp(kit.url('acme/storefront', 'paths')).refs();
  const of = (agent: string) => callsSince(kit.ledger.db, { agent, since: '2020' });
  const asks = [expect.objectContaining({ repository: 'acme/storefront', want: 'read' })];
  const outside = [expect.objectContaining({ repository: 'acme/web' })];
  // Calls are put on record together, some time after they ended.
  await vi.waitFor(async () => {
    const { read, denied } = await of('whole');
    expect(read.groups).toContainEqual(expect.objectContaining({ tool: 'git_fetch', outcome: 'ok', asks }));
    expect(denied.groups).toContainEqual(expect.objectContaining({ outcome: 'out_of_scope', asks: outside }));
    expect((await of('paths')).denied.groups).toMatchObject([{ tool: 'git_fetch', outcome: 'not_permitted' }]);
  }, 10_000);
});

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { endStop, insertStop } from '#shared/ledger/stops.ts';
import { type GitKit, git, startClone, startGitKit } from './kit.ts';
import { childrenOf } from './processes.ts';
import { askFor, askForBefore, gitHttp, openPack, packets } from './raw.ts';

let kit: GitKit;
beforeAll(async () => {
  kit = await startGitKit();
});
afterEach(() => {
  kit.gateway.before = () => undefined;
});
afterAll(() => kit.close());

const noObject = /ERR .*not our ref/;
const main = (): string => kit.upstream.run('rev-parse', 'main');
const point = (branch: string, id: string): string => kit.upstream.run('update-ref', `refs/heads/${branch}`, id);
const fetches = (): number => kit.gateway.passed.filter(({ url }) => url.includes('/info/refs')).length;

/** What comes of asking for an object by its id, in both protocols, after the refs were listed. */
async function askedFor(id: string): Promise<string[]> {
  const http = gitHttp(kit.url());
  expect((await http.refs()).status).toBe(200);
  const answers = [await http.pack(askFor(id)), await http.pack(askForBefore(id), { 'git-protocol': '' })];
  return answers.map((answer) => answer.toString('latin1', 0, 200));
}

/** Every file below the folder of mirrors. */
function filesOfMirrors(): string[] {
  const all = readdirSync(kit.mirrors, { recursive: true, withFileTypes: true });
  return all.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

const copies = (): string[] => filesOfMirrors().filter((path) => path.endsWith('/countersign-whole'));

describe('what no branch or tag leads to is not given away', () => {
  test('although it is in the repository and its id is known', async () => {
    const dangling = kit.upstream.commit('never on a branch', main());
    kit.upstream.run('update-ref', 'refs/pull/7/head', dangling);
    for (const id of [dangling, kit.upstream.run('rev-parse', `${dangling}:file.txt`)]) {
      for (const answer of await askedFor(id)) expect(answer).toMatch(noObject);
    }
  });

  test('any more when its branch was deleted', async () => {
    const secret = kit.upstream.commit('a branch that goes', main());
    const blob = kit.upstream.run('rev-parse', `${secret}:file.txt`);
    point('goes', secret);
    const folder = kit.folder();
    await git('clone', '--quiet', kit.url(), folder);
    expect(await askedFor(blob)).toEqual(expect.arrayContaining([expect.stringContaining('PACK')]));
    kit.upstream.run('update-ref', '-d', 'refs/heads/goes');
    for (const id of [secret, blob]) for (const answer of await askedFor(id)) expect(answer).toMatch(noObject);
    await git('-C', folder, 'fetch', '--quiet', '--prune');
    expect(await git('-C', folder, 'branch', '--remotes')).not.toContain('goes');
  });

  test('any more when its branch was moved by force', async () => {
    const before = kit.upstream.commit('before the rebase', main());
    const after = kit.upstream.commit('after the rebase', main());
    point('forced', before);
    expect(await askedFor(before)).toEqual(Array(2).fill(expect.stringContaining('PACK')));
    point('forced', after);
    for (const answer of await askedFor(before)) expect(answer).toMatch(noObject);
    expect(await askedFor(after)).toEqual(Array(2).fill(expect.stringContaining('PACK')));
  });

  test('any more when a tag with a message of its own was deleted', async () => {
    kit.upstream.run('tag', '-a', '-m', 'a secret message', 'annotated', main());
    const tag = kit.upstream.run('rev-parse', 'annotated');
    expect((await askedFor(tag))[0]).toContain('PACK');
    kit.upstream.run('tag', '-d', 'annotated');
    for (const answer of await askedFor(tag)) expect(answer).toMatch(noObject);
  });

  test('also when the server ended between fetching and tidying', async () => {
    const gone = kit.upstream.commit('fetched before the end', main());
    point('ended', gone);
    await askedFor(gone);
    for (const path of copies()) writeFileSync(path.replace('whole', 'unclean'), '');
    kit.upstream.run('update-ref', '-d', 'refs/heads/ended');
    await kit.restart();
    for (const answer of await askedFor(gone)) expect(answer).toMatch(noObject);
  });

  test('while what merely moved on or was merged costs no new copy', async () => {
    point('merged', kit.upstream.commit('to be merged', main()));
    await askedFor(main());
    const before = copies();
    const merged = kit.upstream.run('rev-parse', 'merged');
    point('target', merged);
    await askedFor(merged);
    kit.upstream.run('update-ref', '-d', 'refs/heads/merged');
    expect((await askedFor(merged))[0]).toContain('PACK');
    expect(copies()).toEqual(before);
  });
});

describe('a mirror', () => {
  test('is fetched once for two who clone at once', async () => {
    await kit.forget();
    const before = fetches();
    await Promise.all([1, 2].map(() => git('clone', '--quiet', kit.url(), kit.folder())));
    expect(fetches()).toBe(before + 1);
  });

  test('is kept over a restart, and half of one is not', async () => {
    await git('ls-remote', kit.url());
    const [whole = ''] = copies().map((path) => join(path, '..'));
    const folder = join(whole, '..');
    mkdirSync(join(folder, '99.1', 'objects'), { recursive: true });
    writeFileSync(join(whole, 'objects', 'pack', 'tmp_pack_x'), 'x');
    const before = fetches();
    await kit.restart();
    await git('ls-remote', kit.url());
    expect(fetches()).toBe(before);
    expect(readdirSync(folder)).not.toContain('99.1');
    point('newer', kit.upstream.commit('newer', main()));
    await git('ls-remote', kit.url());
    expect(filesOfMirrors().filter((path) => path.includes('tmp_'))).toEqual([]);
  });

  test('is made anew when it is damaged', async () => {
    await git('ls-remote', kit.url());
    const [whole = ''] = copies().map((path) => join(path, '..'));
    for (const name of readdirSync(join(whole, 'objects', 'pack'))) rmSync(join(whole, 'objects', 'pack', name));
    point('repaired', kit.upstream.commit('repaired', main()));
    const folder = kit.folder();
    await git('clone', '--quiet', kit.url(), folder);
    await git('-C', folder, 'fsck');
  });

  test('can be read by this user alone', async () => {
    await git('ls-remote', kit.url());
    expect(statSync(kit.mirrors).mode & 0o777).toBe(0o700);
  });

  test('goes when others need the room, the longest unused first', async () => {
    const { upstream } = kit;
    const other = kit.upstreamOf('acme/billing');
    await git('ls-remote', kit.url());
    onTestFinished(() => kit.restart());
    await kit.restart({ diskBytes: bytesOfMirrors() + 10 });
    await git('ls-remote', kit.url('acme/billing'));
    expect(copies()).toHaveLength(1);
    expect(await git('ls-remote', kit.url(), 'HEAD')).toContain(upstream.run('rev-parse', 'main'));
    expect(await git('ls-remote', kit.url('acme/billing'), 'HEAD')).toContain(other.run('rev-parse', 'HEAD'));
  });

  test('is not made of what is larger than the room for all of them', async () => {
    await kit.forget();
    onTestFinished(() => kit.restart());
    await kit.restart({ diskBytes: 1000 });
    await expect(git('ls-remote', kit.url())).rejects.toThrow(/remote: .*larger than what this server has room for/);
    expect(copies()).toEqual([]);
  });
});

const bytesOfMirrors = (): number => filesOfMirrors().reduce((sum, path) => sum + statSync(path).size, 0);

describe('the credential', () => {
  test('is in no file, and in neither arguments nor environment of what fetches', async () => {
    let token = '';
    const seen: string[] = [];
    kit.gateway.before = async ({ url, headers }) => {
      if (!url.startsWith('/acme/')) return undefined;
      const [, basic = ''] = (headers.authorization ?? '').split(' ');
      token = Buffer.from(basic, 'base64').toString().split(':')[1] ?? '';
      // The process that fetches waits for this answer.
      if (url.includes('/info/refs')) seen.push(...childrenOf(process.pid).map(({ said }) => said));
      return undefined;
    };
    point('credential', kit.upstream.commit('credential', main()));
    await git('ls-remote', kit.url());
    expect(token).toMatch(/^ghs_/);
    expect(seen.filter((said) => said.includes('remote-http')).length).toBeGreaterThan(0);
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    const kept = filesOfMirrors().map((path) => readFileSync(path, 'latin1'));
    for (const text of [...seen, ...kept]) {
      expect(text.includes(token)).toBe(false);
      expect(text.includes(basic)).toBe(false);
    }
    expect(JSON.stringify(kit.logged)).not.toContain(token);
  });

  test('follows no redirect', async () => {
    kit.gateway.before = ({ url }) => (url.includes('git-upload-pack') ? 302 : undefined);
    await expect(git('ls-remote', kit.url())).rejects.toThrow(/remote: GitHub does not answer as it should/);
  });
});

describe('the backend', () => {
  test.each([
    [404, /There is no such repository/],
    [403, /GitHub refused/],
    [500, /GitHub does not answer/],
  ])('that answers %i is told of in our own words', async (status, words) => {
    kit.gateway.before = ({ url }) => (url.includes('git-upload-pack') ? status : undefined);
    await expect(git('ls-remote', kit.url())).rejects.toThrow(words);
  });

  test.each([
    ['', 'nothing'],
    ['0000x', 'no end'],
    ['zzzz', 'no packet'],
    ['0005a', 'a packet that is no ref'],
    ['ffff', 'a packet that is cut short'],
  ])('that answers %j (%s) is not believed', async (text) => {
    kit.gateway.before = ({ url }) => (url.includes('git-upload-pack') ? text : undefined);
    await expect(git('ls-remote', kit.url())).rejects.toThrow(/remote: GitHub does not answer as it should/);
  });

  test('that breaks off in the middle of a fetch leaves nothing, and the next fetch is whole', async () => {
    point('broken', kit.upstream.commit('broken', main()));
    kit.gateway.before = ({ url }) => (url.includes('/info/refs') ? 500 : undefined);
    await expect(git('ls-remote', kit.url())).rejects.toThrow(/remote: GitHub does not answer git/);
    expect(filesOfMirrors().filter((path) => path.includes('tmp_'))).toEqual([]);
    kit.gateway.before = () => undefined;
    expect(await git('ls-remote', kit.url(), 'refs/heads/broken')).toContain(kit.upstream.run('rev-parse', 'broken'));
  });
});

describe('a client', () => {
  test('that goes away, or is stopped while it takes a pack, leaves no process and no file', async () => {
    const { upstream } = kit;
    point('large', upstream.commit(randomBytes(16 * 2 ** 20), main()));
    onTestFinished(async () => {
      // Others ask how much room there is.
      upstream.run('update-ref', '-d', 'refs/heads/large');
      await kit.forget();
    });
    await gitHttp(kit.url()).refs();
    const before = filesOfMirrors();
    const pack = await openPack(kit.url(), askFor(upstream.run('rev-parse', 'large')));
    await vi.waitFor(() => expect(gitProcesses()).not.toEqual([]), 5_000);
    pack.destroy();
    await vi.waitFor(() => expect(gitProcesses()).toEqual([]), 10_000);
    const other = await openPack(kit.url(), askFor(upstream.run('rev-parse', 'large')));
    expect(gitProcesses()).not.toEqual([]);
    const by = { actor: { kind: 'server', server: 'test' }, reason: 'r', at: new Date().toISOString() } as const;
    const id = await kit.ledger.write((tx) => insertStop(tx, { scope: 'agent', value: 'whole', ...by }));
    try {
      // Nobody reads it, so that git does not come to its end by itself.
      await vi.waitFor(() => expect(gitProcesses()).toEqual([]), 20_000);
    } finally {
      other.destroy();
      await kit.ledger.write((tx) => endStop(tx, { id, ...by }));
    }
    expect(filesOfMirrors()).toEqual(before);
  });

  test('that is killed while its repository is fetched leaves a whole mirror', async () => {
    await kit.forget();
    const held = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    kit.gateway.before = async ({ url }) => {
      if (!url.includes('/info/refs')) return undefined;
      arrived.resolve();
      await held.promise;
      return undefined;
    };
    const client = startClone(kit.url(), kit.folder());
    await arrived.promise;
    client.kill('SIGKILL');
    held.resolve();
    await vi.waitFor(() => expect(copies()).toHaveLength(1), 10_000);
    await vi.waitFor(() => expect(gitProcesses()).toEqual([]), 10_000);
  });

  test('that sends a small request which inflates to a large one is refused', async () => {
    const http = gitHttp(kit.url());
    await http.refs();
    const line = packets(`have ${'0'.repeat(40)}\n`).toString();
    const bomb = gzipSync(Buffer.from(`${packets('command=fetch', '0001')}${line.repeat(900_000)}`));
    expect(bomb.length).toBeLessThan(200_000);
    const answer = await http.pack(bomb, { 'content-encoding': 'gzip' });
    expect(answer.toString()).toMatch(/^....ERR The request comes to more than/);
    await vi.waitFor(() => expect(gitProcesses()).toEqual([]), 10_000);
  });

  test('whose request is no gzip, or is compressed in another way, is told so', async () => {
    const http = gitHttp(kit.url());
    const broken = await http.pack(Buffer.from('not gzip'), { 'content-encoding': 'gzip' });
    expect(broken.toString()).toContain('ERR The request cannot be read');
    const brotli = await http.pack(Buffer.from('x'), { 'content-encoding': 'br' });
    expect(brotli.toString()).toContain('ERR Send the request as it is');
  });
});

const gitProcesses = (): string[] =>
  childrenOf(process.pid)
    .map(({ said }) => said)
    .filter((said) => said.startsWith('git'));

test('where git is missing it is said, and the log has it', async () => {
  await kit.restart({ path: kit.folder() });
  await expect(git('ls-remote', kit.url())).rejects.toThrow(/remote: Git is not installed where this server runs/);
  expect(kit.logged.at(-1)?.fields?.error).toMatchObject({ code: 'backend_unavailable' });
  await kit.restart();
});

test('a folder of mirrors is held by one server at a time', async () => {
  expect(readdirSync(kit.mirrors).sort()).toEqual(['0', '0.lock']);
  const second = await kit.another();
  expect(readdirSync(kit.mirrors).sort()).toEqual(['0', '0.lock', '1', '1.lock']);
  await second.close();
  await kit.restart();
  expect(existsSync(join(kit.mirrors, '1'))).toBe(false);
});

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
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

const file = (path: string, text: string) => ({ additions: [{ path, contents: base64(text) }] });

describe('a commit on a branch', () => {
  test('is signed so that git itself says Good signature on a clone made with a token', async () => {
    const head = await makeBranch(forge, bearer, 'signed');
    const made = await commit(forge.query(bearer), {
      branch: 'signed',
      head,
      changes: file('NOTES.md', '# 覚え書き\n'),
      headline: 'Note it',
      body: 'With a body.',
    });
    expect(made.commit.signature).toEqual({ isValid: true, state: 'VALID', wasSignedByGitHub: true });
    expect(made.ref).toEqual({ name: 'signed', target: { oid: made.commit.oid } });
    const folder = await mkdtemp(join(tmpdir(), 'clone-'));
    const url = `${forge.url.replace('//', `//x-access-token:${bearer}@`)}/acme/storefront.git`;
    await run('git', ['clone', '-q', '-b', 'signed', url, folder]);
    const signers = join(forge.config.dataDir, 'allowed_signers');
    const verified = await run('git', [
      ...['-C', folder, '-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${signers}`],
      ...['verify-commit', made.commit.oid],
    ]);
    expect(verified.stderr).toContain('Good "git" signature for noreply@forge.localhost');
    const shown = await run('git', ['-C', folder, 'log', '-1', '--format=%an <%ae>%n%cn%n%B', made.commit.oid]);
    expect(shown.stdout.trim()).toBe(
      'countersign[bot] <200000001+countersign[bot]@users.noreply.forge.localhost>\nForge\nNote it\n\nWith a body.',
    );
    const { stdout } = await run('git', ['-C', folder, 'fsck', '--strict']);
    expect(stdout).toBe('');
    await rm(folder, { recursive: true });
  });

  test('keeps the mode of an executable, and everything it does not name', async () => {
    const head = await makeBranch(forge, bearer, 'modes');
    await commit(forge.query(bearer), { branch: 'modes', head, changes: file('scripts/release.sh', '#!/bin/sh\n') });
    const answer = await forge.rest(bearer, '/repos/acme/storefront/git/trees/modes?recursive=1');
    const { tree } = (await answer.json()) as { tree: { path: string; mode: string }[] };
    const modes = Object.fromEntries(tree.map((entry) => [entry.path, entry.mode]));
    expect(modes['scripts/release.sh']).toBe('100755');
    expect(modes['docs/README.md']).toBe('120000');
    expect(modes['src/cart.ts']).toBe('100644');
  });

  test('gives back bytes as they were sent, and takes empty folders away', async () => {
    const head = await makeBranch(forge, bearer, 'bytes');
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 256);
    const made = await commit(forge.query(bearer), {
      branch: 'bytes',
      head,
      changes: {
        additions: [{ path: 'deep/er/data.bin', contents: base64(bytes) }],
        deletions: [{ path: 'docs/legal/terms.txt' }],
      },
    });
    const accept = 'application/vnd.github.raw';
    const raw = await forge.rest(bearer, `/repos/acme/storefront/contents/deep/er/data.bin?ref=${made.commit.oid}`, {
      accept,
    });
    expect(Buffer.from(await raw.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
    const gone = await forge.rest(bearer, '/repos/acme/storefront/contents/docs/legal?ref=bytes');
    expect(gone.status).toBe(404);
  });

  test('may be empty, as on GitHub', async () => {
    const head = await makeBranch(forge, bearer, 'empty');
    const made = await commit(forge.query(bearer), {
      branch: 'empty',
      head,
      changes: { additions: [], deletions: [] },
    });
    expect(await headOf(forge, bearer, 'empty')).toBe(made.commit.oid);
  });

  test('lands once when twenty race with the same expected head', async () => {
    const head = await makeBranch(forge, bearer, 'race');
    const racers = Array.from({ length: 20 }, (_, index) =>
      refusal(commit(forge.query(bearer), { branch: 'race', head, changes: file('race.txt', `${index}`) })),
    );
    const outcomes = (await Promise.all(racers)).map((errors) => errors[0]?.type ?? 'landed').sort();
    expect(outcomes).toEqual([...Array(19).fill('STALE_DATA'), 'landed']);
  });

  test('is stale on a head that moved, in the words of GitHub', async () => {
    const head = await makeBranch(forge, bearer, 'moved');
    await commit(forge.query(bearer), { branch: 'moved', head, changes: file('a', '1') });
    const again = refusal(commit(forge.query(bearer), { branch: 'moved', head, changes: file('a', '2') }));
    const message = `Expected branch to point to "${head}" but it did not.  Pull and try again.`;
    expect(await again).toEqual([{ type: 'STALE_DATA', message }]);
  });

  test('never makes a branch', async () => {
    const head = await headOf(forge, bearer, 'main');
    const errors = await refusal(commit(forge.query(bearer), { branch: 'nowhere', head, changes: file('a', '1') }));
    expect(errors.map(({ type }) => type)).toEqual(['NOT_FOUND']);
  });

  test('is refused on the default branch, whose rules want a pull request', async () => {
    const head = await headOf(forge, bearer, 'main');
    const errors = await refusal(commit(forge.query(bearer), { branch: 'main', head, changes: file('a', '1') }));
    expect(errors[0]?.type).toBe('UNPROCESSABLE');
    expect(errors[0]?.message).toContain('Repository rule violations found');
    expect(await headOf(forge, bearer, 'main')).toBe(head);
  });

  test('touches workflows only with the permission for it', async () => {
    const head = await makeBranch(forge, bearer, 'workflows');
    const changes = file('.github/workflows/ci.yml', 'on: push\n');
    const errors = await refusal(commit(forge.query(bearer), { branch: 'workflows', head, changes }));
    expect(errors).toEqual([{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }]);
  });
});

test('a workflow is written where the App may and the token says so', async () => {
  const other = await runForge({ permissions: { contents: 'write', workflows: 'write' } });
  const allowed = await other.token({ contents: 'write', workflows: 'write' });
  const head = await makeBranch(other, allowed, 'workflows');
  const changes = file('.github/workflows/ci.yml', 'on: push\n');
  const narrow = await other.token({ contents: 'write' });
  expect((await refusal(commit(other.query(narrow), { branch: 'workflows', head, changes })))[0]?.type).toBe(
    'FORBIDDEN',
  );
  const made = await commit(other.query(allowed), { branch: 'workflows', head, changes });
  expect(await headOf(other, allowed, 'workflows')).toBe(made.commit.oid);
  await other.close();
});

test('contents that are no string are refused by the schema', async () => {
  const head = await headOf(forge, bearer, 'main');
  const changes = { additions: [{ path: 'a', contents: 5 as unknown as string }] };
  const errors = await refusal(commit(forge.query(bearer), { branch: 'main', head, changes }));
  expect(errors[0]?.message).toContain('Base64String must be a string');
});

test('a request of 40 MiB is too large', async () => {
  const answer = await fetch(`${forge.url}/api/graphql`, {
    method: 'POST',
    headers: { authorization: `bearer ${bearer}` },
    body: Buffer.alloc(40 * 1024 * 1024, ' '),
  });
  expect(answer.status).toBe(413);
});

describe('a commit is refused as a whole, and the branch stays, when', () => {
  const cases: [string, Parameters<typeof commit>[1]['changes']][] = [
    ['a path to delete is not there', { ...file('a', '1'), deletions: [{ path: 'nothing.txt' }] }],
    ['a path is added and deleted', { ...file('README.md', '1'), deletions: [{ path: 'README.md' }] }],
    ['a path is added twice', { additions: [...file('a', '1').additions, ...file('a', '2').additions] }],
    ['a symbolic link would be written', file('docs/README.md', 'x')],
    ['a file would take the place of a folder', file('src', 'x')],
    ['a folder would take the place of a file', file('README.md/x', 'x')],
    ['a folder is deleted as a file', { deletions: [{ path: 'src' }] }],
    [
      'a file lies below another of the same commit',
      { additions: [...file('n', '1').additions, ...file('n/m', '2').additions] },
    ],
    ['a path goes up', file('../x', 'x')],
    ['a path is absolute', file('/etc/passwd', 'x')],
    ['a path is inside .git', file('.GIT/config', 'x')],
    ['a path is .git on Windows', file('sub/git~1/config', 'x')],
    ['a path is .git on macOS', file('.g\u200cit/config', 'x')],
    ['a path holds a NUL', file('a\0b', 'x')],
    ['a path holds a backslash', file('a\\b', 'x')],
    ['a path is empty', file('', 'x')],
    ['contents are not base64', { additions: [{ path: 'a', contents: '%%%' }] }],
  ];
  test.each(cases)('%s', async (name, changes) => {
    const branch = `refused-${name.replaceAll(/[^a-z]/g, '-')}`;
    const head = await makeBranch(forge, bearer, branch);
    const errors = await refusal(commit(forge.query(bearer), { branch, head, changes }));
    expect(errors.map(({ type }) => type)).toEqual(['UNPROCESSABLE']);
    expect(await headOf(forge, bearer, branch)).toBe(head);
  });
});

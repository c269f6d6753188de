import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GitKit, git, startGitKit } from './kit.ts';

let kit: GitKit;
beforeAll(async () => {
  kit = await startGitKit();
});
afterAll(() => kit.close());

const clone = async (...args: string[]): Promise<string> => {
  const folder = kit.folder();
  await git('clone', '--quiet', ...args, kit.url(), folder);
  return folder;
};

describe('with a git client and no credential', () => {
  test('a repository is cloned whole', async () => {
    const folder = await clone();
    expect(await git('-C', folder, 'rev-parse', 'HEAD')).toBe(kit.upstream.run('rev-parse', 'main'));
    expect(await git('-C', folder, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main');
    expect(readdirSync(folder)).toContain('package.json');
    await git('-C', folder, 'fsck', '--strict');
  });
});

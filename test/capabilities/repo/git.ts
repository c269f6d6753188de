import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs the real git in an empty repository of its own, without anybody's configuration. */
export function withGit<T>(use: (git: (args: readonly string[], input?: string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-git-'));
  const git = (args: readonly string[], input = ''): string => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
    const { status, stdout, stderr } = spawnSync('git', args, { cwd: folder, input, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  try {
    git(['init', '-q']);
    return use(git);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

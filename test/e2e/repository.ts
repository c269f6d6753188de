import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestSuite } from './suite.ts';

/** Git's own view of a repository of the forge. */
export type Git = {
  readonly run: (...args: string[]) => string;
  /** The branches with the commit each points to. */
  readonly branches: () => Record<string, string>;
  /** Every file of a revision: mode, blob id and path, as `git ls-tree -r` prints it. */
  readonly tree: (revision: string) => string;
  /** The revisions of a branch that its base does not have. */
  readonly commits: (range: string) => string[];
  /** What `git verify-commit` says of a commit in a clone; throws when the signature is not good. */
  readonly verify: (revision: string) => string;
};

export function gitOf(suite: TestSuite, repository = 'acme/storefront'): Git {
  const folder = join(suite.data, 'forge', `${repository}.git`);
  const run = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: gitEnv });
  return {
    run,
    branches: () =>
      Object.fromEntries(
        run('for-each-ref', 'refs/heads', '--format=%(refname:short) %(objectname)')
          .trim()
          .split('\n')
          .map((line) => line.split(' ') as [string, string]),
      ),
    tree: (revision) => run('ls-tree', '-r', revision),
    commits: (range) => run('rev-list', range).trim().split('\n').filter(Boolean),
    verify: (revision) => verifyInClone(suite, folder, revision),
  };
}

const gitEnv = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

function verifyInClone(suite: TestSuite, folder: string, revision: string): string {
  const clone = mkdtempSync(join(tmpdir(), 'countersign-clone-'));
  try {
    execFileSync('git', ['clone', '--quiet', folder, clone], { env: gitEnv, stdio: 'pipe' });
    const signers = join(suite.data, 'forge', 'allowed_signers');
    const args = ['-C', clone, '-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', '-v', revision];
    // git says it on standard error; both are taken.
    return execFileSync('sh', ['-c', 'exec git "$@" 2>&1', 'sh', ...args], { encoding: 'utf8', env: gitEnv });
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

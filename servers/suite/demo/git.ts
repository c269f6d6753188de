import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BrokenPromise } from './say.ts';

const run = promisify(execFile);

/**
 * Git as anybody has it, on the demo's repository, with nothing of this user's own configuration. Throws BrokenPromise
 * with what git says when it fails.
 */
export type Git = {
  /** Every branch with its commit and the tree of that commit, one a line. */
  readonly branches: () => Promise<string>;
  /** Clones a branch and lets git check the signature of its last commit: what git says, and the clone. */
  readonly verify: (branch: string) => Promise<{ readonly says: string; readonly clone: string }>;
  readonly log: (clone: string) => Promise<string>;
};

export function gitOn(options: {
  /** The data directory of the embedded forge. */
  readonly forge: string;
  /** Where clones go. */
  readonly folder: string;
  readonly basics: Readonly<Record<string, string>>;
}): Git {
  const bare = join(options.forge, 'acme', 'storefront.git');
  const env = { ...options.basics, HOME: options.folder, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: devNull };
  const git = (...args: string[]) =>
    run('git', args, { env }).catch((error: NodeJS.ErrnoException & { stderr?: string }) => {
      throw new BrokenPromise(`git ${args.join(' ')} failed: ${error.stderr?.trim() || error.message}`);
    });
  return {
    branches: async () => {
      const format = '--format=%(refname) %(objectname) %(tree)';
      return (await git('-C', bare, 'for-each-ref', format, 'refs/heads')).stdout;
    },
    verify: async (branch) => {
      const clone = join(options.folder, 'clone');
      await git('clone', '--quiet', '--branch', branch, bare, clone);
      const signers = `gpg.ssh.allowedSignersFile=${join(options.forge, 'allowed_signers')}`;
      const { stderr } = await git('-C', clone, '-c', signers, 'verify-commit', 'HEAD');
      return { says: stderr.trim(), clone };
    },
    log: async (clone) => (await git('-C', clone, 'show', '--stat', '--format=%h %an: %s', 'HEAD')).stdout,
  };
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestSuite } from './suite.ts';

/** What is pushed: on top of which branch, and each commit's message with the files that it writes. */
export type Pushing = {
  readonly branch: string;
  readonly from: string;
  readonly commits: readonly { readonly message: string; readonly files: Readonly<Record<string, string>> }[];
  readonly options?: readonly string[];
};

const repository = 'acme/storefront';

const environment = {
  PATH: process.env['PATH'] ?? '',
  ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com' },
  ...{ GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com' },
};

/**
 * Pushes from a clone that the suite keeps to the git door of the first blueprint's agent. Files that end with .sh are
 * executable. Answers the change that came of it.
 */
export function pushTo(suite: TestSuite, { branch, from, commits, options = [] }: Pushing): string {
  const clone = join(suite.data, 'clone');
  // What a server says of a push git prints on its standard error.
  const shell = ['-c', 'exec git "$@" 2>&1', 'sh', '-C', clone];
  const git = (...args: readonly string[]): string =>
    execFileSync('sh', [...shell, ...args], { encoding: 'utf8', env: environment });
  if (!existsSync(clone)) {
    mkdirSync(clone);
    git('clone', '--quiet', join(suite.data, 'forge', `${repository}.git`), '.');
  }
  git('fetch', '--quiet');
  git('checkout', '--quiet', '--force', '-B', branch, '--no-track', `origin/${from}`);
  for (const { message, files } of commits) {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      writeFileSync(join(clone, path), content, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
    }
    git('add', '--all');
    git('commit', '--quiet', '--message', message);
  }
  const door = `${suite.mcpUrl('github').replace(/\/mcp$/, '')}/git/${repository}.git`;
  const said = git('push', ...options, door, branch);
  const change = /change (chg_\w+)/.exec(said)?.[1];
  if (change === undefined) throw new Error(`the push was not taken: ${said}`);
  return change;
}

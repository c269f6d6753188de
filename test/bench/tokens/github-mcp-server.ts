import type { PullRequest } from '#capabilities/repo/types.ts';
import type { Check, Commit, FileDiff, FoundCode, ReviewThread, TreeEntry } from '#capabilities/repo-read/ports.ts';

/**
 * What github-mcp-server answers, field by field as its source has it at commit 64a49f34 of 2026-08-20 (after v1.10.1):
 * https://github.com/github/github-mcp-server/blob/64a49f34d076b6f5917dae1424521d43c7bcae84/pkg/github/minimal_types.go
 * and, for folders, `RepositoryContent` of google/go-github, which it marshals whole. Empty fields are left out, as there.
 * It cannot be run here: its ids, dates and addresses are made up in the form that GitHub gives them.
 */

const date = '2026-03-01T09:00:00Z';
const site = 'https://github.com/acme/web';

/** Its tools for what ours are for: name, description and inputSchema of its own snapshots of 24, in tokens of o200k_base. */
export const theirTools = { count: 24, tokens: 5992 } as const;

function user(login: string) {
  const name = login.replace('[bot]', '');
  return {
    ...{ login, id: 49_699_333, profile_url: `https://github.com/${name}` },
    avatar_url: 'https://avatars.githubusercontent.com/u/49699333?v=4',
  };
}

/** `search_repositories`: it has no tool for one repository. */
export function repository() {
  const counted = { stargazers_count: 12, forks_count: 3, open_issues_count: 41, updated_at: date, created_at: date };
  const about = { id: 4711, name: 'web', full_name: 'acme/web', description: 'The shop', html_url: site };
  const flags = { private: true, fork: false, archived: false, default_branch: 'main' };
  const items = [{ ...about, language: 'TypeScript', ...counted, ...flags }];
  return { total_count: 1, incomplete_results: false, items };
}

/** `list_branches` */
export const branches = (found: readonly { readonly name: string; readonly oid: string }[]) =>
  found.map(({ name, oid }) => ({ name, sha: oid, protected: name === 'main' }));

/** `get_file_contents` of a folder */
export const folder = (entries: readonly TreeEntry[]) =>
  entries.map(({ path, size, oid }) => {
    const api = 'https://api.github.com/repos/acme/web';
    return {
      ...{ type: 'file', size, name: path.split('/').at(-1), path, sha: oid },
      ...{ url: `${api}/contents/${path}?ref=main`, git_url: `${api}/git/blobs/${oid}` },
      ...{
        html_url: `${site}/blob/main/${path}`,
        download_url: `https://raw.githubusercontent.com/acme/web/main/${path}`,
      },
    };
  });

/** `get_file_contents` of a file: a sentence and a resource, whose text is not JSON to a model. */
export const file = (path: string, oid: string, text: string): string =>
  `successfully downloaded text file (SHA: ${oid})\nrepo://acme/web/contents/${path}\ntext/plain; charset=utf-8\n${text}`;

/** `pull_request_read` with method `get`, and each of `list_pull_requests`, which knows no sums. */
export function pullRequest(found: PullRequest, sums: object = {}) {
  const repo = { full_name: 'acme/web', description: 'The shop' };
  return {
    ...{ number: found.number, title: found.title, body: found.body, state: found.state, draft: found.draft },
    ...{ merged: false, html_url: `${site}/pull/${found.number}`, user: user(found.author ?? '') },
    head: { ref: found.head, sha: found.headOid, repo },
    base: { ref: found.base, sha: found.headOid, repo },
    ...sums,
    ...{ created_at: date, updated_at: date },
  };
}

export const sumsOfOne = {
  ...{ mergeable_state: 'clean', additions: 12, deletions: 6, changed_files: 6, commits: 1, comments: 2 },
};

/** `pull_request_read` with method `get_diff`: what git prints, not JSON. */
export const diff = (files: readonly FileDiff[]): string =>
  files
    .map(({ path, patch }) => {
      const head = `diff --git a/${path} b/${path}\nindex 2f3c1d0a9..8b1e4f7c2 100644\n--- a/${path}\n+++ b/${path}`;
      return `${head}\n${patch}\n`;
    })
    .join('');

/** `pull_request_read` with method `get_check_runs` */
export const checks = (found: readonly Check[]) => ({
  total_count: found.length,
  check_runs: found.map(({ name, state, url, job }) => ({
    ...{ id: job, name, status: 'completed', conclusion: state, html_url: url, details_url: url },
    ...{ started_at: date, completed_at: date },
  })),
});

/** `pull_request_read` with method `get_review_comments` */
export const threads = (found: readonly ReviewThread[]) => ({
  review_threads: found.map(({ nodeId, resolved, outdated, comments, total, path, line }) => ({
    ...{ id: nodeId, is_resolved: resolved, is_outdated: outdated, is_collapsed: false },
    comments: comments.map(({ body, author, createdAt, url }) => ({
      ...{ body, path, line, author, created_at: createdAt, updated_at: createdAt, html_url: url },
    })),
    total_count: total,
  })),
  totalCount: found.length,
  pageInfo: {
    ...{ hasNextPage: false, hasPreviousPage: false },
    ...{ startCursor: 'Y3Vyc29yOnYyOpHOEjRWeA==', endCursor: 'Y3Vyc29yOnYyOpHOEjRWfQ==' },
  },
});

/** `list_commits` */
export const commits = (found: readonly Commit[]) =>
  found.map(({ oid, message, author }) => {
    const who = { name: 'Alice Martin', email: '49699333+alice-martin@users.noreply.github.com', date };
    const github = { ...user('web-flow'), id: 19_864_447 };
    return {
      ...{ sha: oid, html_url: `${site}/commit/${oid}` },
      commit: { message, author: who, committer: { name: 'GitHub', email: 'noreply@github.com', date } },
      ...{ author: user(author ?? ''), committer: github },
    };
  });

/** `search_code` */
export const search = (found: readonly FoundCode[]) => ({
  ...{ total_count: found.length, incomplete_results: false },
  items: found.map(({ path, commit, fragments }) => ({
    ...{ name: path.split('/').at(-1), path, sha: commit, repository: 'acme/web' },
    text_matches: fragments.map(({ text, word }) => ({
      object_url: `https://api.github.com/repositories/4711/contents/${path}?ref=${commit}`,
      ...{ object_type: 'FileContent', property: 'content', fragment: text },
      matches: [{ text: word, indices: [text.indexOf(word), text.indexOf(word) + word.length] }],
    })),
  })),
});

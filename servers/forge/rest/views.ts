import { type Account, accountByEmail, appSlug, bot, findAccount } from '../accounts.ts';
import type { ForgeApp } from '../apps.ts';
import { arrangement } from '../arrangement.ts';
import { isLocked } from '../comments.ts';
import type { Forge } from '../forge.ts';
import { type Commit, isoTime } from '../git/commits.ts';
import type { FileChange } from '../git/diff.ts';
import { nodeId } from '../ids.ts';
import type { Installation } from '../installations.ts';
import { isSuspended } from '../owner-settings.ts';
import type { Pull } from '../pulls.ts';
import { fullName, type Repository } from '../repositories.ts';
import { requestedReviewers } from '../review-requests.ts';
import type { Team } from '../seed/people.ts';
import { allows, type TokenGrant } from '../tokens.ts';
import { verify } from '../verification.ts';
import { apiUrl } from './kit.ts';

export function viewAccount(forge: Forge, account: Account) {
  const { id, login, type } = account;
  const html = type === 'Bot' ? `${forge.site.url}/apps/${appSlug}` : `${forge.site.url}/${login}`;
  const url = apiUrl(forge, `/users/${encodeURIComponent(login)}`);
  return { login, id, node_id: nodeId(type, id), type, site_admin: false, url, html_url: html };
}

export const viewLogin = (forge: Forge, login: string) => {
  const account = findAccount(forge.db, login);
  return account ? viewAccount(forge, account) : null;
};

export function viewRepository(forge: Forge, repository: Repository, token?: TokenGrant) {
  const name = fullName(repository);
  const html = `${forge.site.url}/${name}`;
  const write = token !== undefined && allows(token.permissions, 'contents', 'write');
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: name,
    owner: viewLogin(forge, repository.owner),
    private: true,
    visibility: 'private',
    description: repository.description,
    fork: false,
    archived: false,
    disabled: false,
    default_branch: repository.defaultBranch,
    created_at: repository.createdAt,
    url: apiUrl(forge, `/repos/${name}`),
    html_url: html,
    clone_url: `${html}.git`,
    ...(token ? { permissions: { admin: false, maintain: false, push: write, triage: false, pull: true } } : {}),
  };
}

export function viewInstallation(forge: Forge, app: ForgeApp, installation: Installation) {
  const suspended = isSuspended(forge, installation.account);
  const account = findAccount(forge.db, installation.account);
  return {
    id: installation.id,
    app_id: app.id,
    app_slug: app.slug,
    account: viewLogin(forge, installation.account),
    target_id: account?.id ?? 0,
    target_type: account?.type ?? 'Organization',
    repository_selection: arrangement(forge).selected ? 'selected' : 'all',
    permissions: { metadata: 'read', ...app.permissions },
    events: [],
    access_tokens_url: apiUrl(forge, `/app/installations/${installation.id}/access_tokens`),
    repositories_url: apiUrl(forge, '/installation/repositories'),
    html_url: `${forge.site.url}/organizations/${installation.account}/settings/installations/${installation.id}`,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    suspended_at: suspended ? installation.createdAt : null,
    suspended_by: suspended ? viewLogin(forge, installation.account) : null,
  };
}

const viewPerson = (person: Commit['author']) => ({ name: person.name, email: person.email, date: isoTime(person) });

/** A commit as the git database knows it (`GET git/commits/{sha}`). */
export function viewGitCommit(forge: Forge, repository: Repository, commit: Commit) {
  const base = `/repos/${fullName(repository)}/git`;
  const html = `${forge.site.url}/${fullName(repository)}/commit`;
  return {
    sha: commit.oid,
    node_id: nodeId('Commit', repository.id, commit.oid),
    url: apiUrl(forge, `${base}/commits/${commit.oid}`),
    html_url: `${html}/${commit.oid}`,
    author: viewPerson(commit.author),
    committer: viewPerson(commit.committer),
    tree: { sha: commit.tree, url: apiUrl(forge, `${base}/trees/${commit.tree}`) },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: apiUrl(forge, `${base}/commits/${sha}`),
      html_url: `${html}/${sha}`,
    })),
    verification: verify(forge.signer, commit),
  };
}

/** A commit as the repository shows it (`GET commits`), with the accounts behind its author and committer. */
export function viewCommit(forge: Forge, repository: Repository, commit: Commit) {
  const { sha, node_id, html_url, url, parents, ...inner } = viewGitCommit(forge, repository, commit);
  const account = (email: string) => {
    const found = accountByEmail(forge.db, email);
    return found ? viewAccount(forge, found) : null;
  };
  return {
    sha,
    node_id,
    html_url,
    url: apiUrl(forge, `/repos/${fullName(repository)}/commits/${sha}`),
    commit: { ...inner, url, comment_count: 0 },
    author: account(commit.author.email),
    committer: account(commit.committer.email),
    parents,
  };
}

export function viewFile(forge: Forge, repository: Repository, file: FileChange, ref: string) {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.oid,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    contents_url: apiUrl(forge, `/repos/${fullName(repository)}/contents/${path}?ref=${ref}`),
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  };
}

export function viewRef(forge: Forge, repository: Repository, name: string, oid: string) {
  const base = `/repos/${fullName(repository)}/git`;
  return {
    ref: name,
    node_id: nodeId('Ref', repository.id, name),
    url: apiUrl(forge, `${base}/${name}`),
    object: { sha: oid, type: 'commit', url: apiUrl(forge, `${base}/commits/${oid}`) },
  };
}

const viewEnd = (forge: Forge, repository: Repository, ref: string, sha: string) => ({
  label: `${repository.owner}:${ref}`,
  ref,
  sha,
  user: viewLogin(forge, repository.owner),
  repo: viewRepository(forge, repository),
});

export const viewTeam = ({ id, slug, name }: Team) => ({ id, slug, name });

/** A pull request as lists show it. */
export function viewPull(forge: Forge, repository: Repository, pull: Pull) {
  const path = `/repos/${fullName(repository)}/pulls/${pull.number}`;
  const html = `${forge.site.url}/${fullName(repository)}/pull/${pull.number}`;
  const requested = requestedReviewers(forge, { repository, pull });
  return {
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    number: pull.number,
    state: pull.state,
    locked: isLocked(forge, pull),
    draft: pull.draft,
    title: pull.title,
    body: pull.body === '' ? null : pull.body,
    user: viewLogin(forge, pull.author) ?? viewAccount(forge, bot),
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.merge?.at ?? null,
    merge_commit_sha: pull.merge?.oid ?? null,
    assignees: [],
    requested_reviewers: requested.users.map((login) => viewLogin(forge, login)),
    requested_teams: requested.teams.map(viewTeam),
    labels: [],
    head: viewEnd(forge, repository, pull.headRef, pull.headOid),
    base: viewEnd(forge, repository, pull.baseRef, pull.baseOid),
    url: apiUrl(forge, path),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
  };
}

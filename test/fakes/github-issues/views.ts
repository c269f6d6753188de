import { fullName, type HubIssue, type HubRepository, type HubUser } from './hub.ts';

/** Things as the REST API shows them. */
export const userView = ({ id, node_id, login, type }: HubUser) => ({ id, node_id, login, type });

export function repositoryView(base: string, repository: HubRepository) {
  const { id, node_id, owner, visibility, archived, hasIssues } = repository;
  const name = fullName(repository);
  return {
    ...{ id, node_id, name: repository.name, full_name: name, owner: { login: owner }, visibility, archived },
    ...{ private: visibility !== 'public', has_issues: hasIssues, html_url: `${new URL(base).origin}/${name}` },
  };
}

export function issueView(base: string, issue: HubIssue) {
  const { repository, number, type, parent } = issue;
  const name = fullName(repository);
  const { id, node_id, title, body, state, reason, locked, createdAt, updatedAt, association } = issue;
  const blocking = repository.issues.filter(({ blockedBy }) => blockedBy.includes(issue)).length;
  return {
    ...{ id, node_id, number, title, body: body === '' ? null : body, state, state_reason: reason, locked },
    ...{ html_url: htmlUrl(base, issue), repository_url: `${base}/repos/${name}`, comments: issue.comments.length },
    ...{ user: userView(issue.author), author_association: association, created_at: createdAt, updated_at: updatedAt },
    ...{ labels: issue.labels, assignees: issue.assignees.map(userView) },
    ...(issue.isPull && { pull_request: { url: `${base}/repos/${name}/pulls/${number}` } }),
    type: type && { id: 1, node_id: type.id, name: type.name, description: null },
    ...(parent && { parent_issue_url: `${base}/repos/${fullName(parent.repository)}/issues/${parent.number}` }),
    issue_dependencies_summary: {
      ...{ blocked_by: issue.blockedBy.length, total_blocked_by: issue.blockedBy.length },
      ...{ blocking, total_blocking: blocking },
    },
  };
}

export function htmlUrl(base: string, { repository, number, isPull }: HubIssue): string {
  return `${new URL(base).origin}/${fullName(repository)}/${isPull ? 'pull' : 'issues'}/${number}`;
}

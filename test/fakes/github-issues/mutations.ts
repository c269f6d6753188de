import { allows } from './credentials.ts';
import type { Asking } from './graphql.ts';
import type { HubComment, HubIssue, HubRepository, HubUser } from './hub.ts';
import { FieldRefusal } from './refusal.ts';

/** GitHub's own words for a text that is too long. */
const mostCharacters = 65_536;

type Input<T> = { readonly input: T };

const forbidden = (): FieldRefusal => new FieldRefusal('FORBIDDEN', 'Resource not accessible by integration');
const unprocessable = (message: string): FieldRefusal => new FieldRefusal('UNPROCESSABLE', message);

/** What can be written, as GitHub does it: who may not is told so, and nothing is made on the way. */
export function mutations(
  { hub, token, self }: Asking,
  issueView: (issue: HubIssue) => object,
  commentView: (issue: HubIssue, comment: HubComment) => object,
) {
  const writable = (repository: HubRepository): void => {
    if (!allows(token, repository, 'write')) throw forbidden();
    if (!repository.hasIssues) throw unprocessable('Issues are disabled in this repository.');
    if (repository.archived) throw unprocessable('Repository was archived so is read-only.');
  };
  const issueOf = (id: string | null | undefined): HubIssue => {
    const found = hub.issueByNode(id);
    if (!found || found.movedTo !== null || !allows(token, found.repository, 'read')) {
      throw new FieldRefusal('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
    }
    writable(found.repository);
    return found;
  };
  const text = (body: string | null | undefined): string => {
    if ((body ?? '').length > mostCharacters) throw unprocessable('Body is too long (maximum is 65536 characters)');
    return body ?? '';
  };
  const labelsOf = (repository: HubRepository, ids: readonly string[]) =>
    ids.map((id) => {
      const found = repository.labels.find(({ node_id }) => node_id === id);
      if (!found) throw new FieldRefusal('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
      return found;
    });
  /** Who cannot be assigned is silently left out. */
  const assigneesOf = (repository: HubRepository, ids: readonly string[]): HubUser[] =>
    hub.users.filter(
      ({ node_id, login }) => ids.includes(node_id) && repository.people.get(login)?.assignable === true,
    );
  const relabel = (issue: HubIssue, ids: readonly string[]): void => {
    const labels = labelsOf(issue.repository, ids);
    for (const label of labels) if (!issue.labels.includes(label)) hub.event(issue, self, 'LabeledEvent', { label });
    for (const label of issue.labels) if (!labels.includes(label)) hub.event(issue, self, 'UnlabeledEvent', { label });
    issue.labels = labels;
  };
  const reassign = (issue: HubIssue, assignees: readonly HubUser[]): void => {
    for (const each of assignees)
      if (!issue.assignees.includes(each)) hub.event(issue, self, 'AssignedEvent', { assignee: each });
    for (const each of issue.assignees)
      if (!assignees.includes(each)) hub.event(issue, self, 'UnassignedEvent', { assignee: each });
    issue.assignees = assignees;
  };
  const setParent = (issue: HubIssue, parent: HubIssue | null): void => {
    if (issue.parent) hub.event(issue, self, 'ParentIssueRemovedEvent', { parent: issue.parent });
    if (parent) hub.event(issue, self, 'ParentIssueAddedEvent', { parent });
    issue.parent = parent;
  };
  const assertUnlocked = ({ locked }: HubIssue): void => {
    if (locked) throw new FieldRefusal('FORBIDDEN', 'Issue is locked.');
  };

  type Create = { repositoryId: string; title: string; body?: string | null; labelIds?: string[] | null };
  type More = { assigneeIds?: string[] | null; parentIssueId?: string | null; issueTypeId?: string | null };
  type Update = { id: string; title?: string | null; body?: string | null };

  return {
    createIssue: ({ input }: Input<Create & More>) => {
      const repository = hub.repositories.find(({ node_id }) => node_id === input.repositoryId);
      if (!repository || !allows(token, repository, 'read'))
        throw new FieldRefusal('NOT_FOUND', 'Could not resolve to a Repository.');
      writable(repository);
      const parent = input.parentIssueId ? issueOf(input.parentIssueId) : null;
      const type = repository.types.find(({ id }) => id === input.issueTypeId) ?? null;
      if (input.issueTypeId && !type) throw new FieldRefusal('NOT_FOUND', 'Could not resolve to an IssueType.');
      const labels = labelsOf(repository, input.labelIds ?? []);
      const body = text(input.body);
      const assignees = assigneesOf(repository, input.assigneeIds ?? []);
      const made = hub.issue(repository, {
        author: self,
        association: 'NONE',
        title: input.title,
        body,
        labels,
        assignees,
        type,
        parent,
      });
      return { issue: issueView(made) };
    },
    updateIssue: ({ input }: Input<Update>) => {
      const issue = issueOf(input.id);
      const { title, body } = input;
      if (typeof body === 'string') issue.body = text(body);
      if (typeof title === 'string' && title !== issue.title) hub.retitle(issue, self, title);
      issue.updatedAt = hub.tick();
      return { issue: issueView(issue) };
    },
    addLabelsToLabelable: ({ input }: Input<{ labelableId: string; labelIds: string[] }>) => {
      const issue = issueOf(input.labelableId);
      relabel(issue, [...issue.labels.map(({ node_id }) => node_id), ...input.labelIds]);
      return {};
    },
    removeLabelsFromLabelable: ({ input }: Input<{ labelableId: string; labelIds: string[] }>) => {
      const issue = issueOf(input.labelableId);
      const left = issue.labels.map(({ node_id }) => node_id).filter((id) => !input.labelIds.includes(id));
      relabel(issue, left);
      return {};
    },
    addAssigneesToAssignable: ({ input }: Input<{ assignableId: string; assigneeIds: string[] }>) => {
      const issue = issueOf(input.assignableId);
      reassign(issue, [...issue.assignees, ...assigneesOf(issue.repository, input.assigneeIds)]);
      return {};
    },
    removeAssigneesFromAssignable: ({ input }: Input<{ assignableId: string; assigneeIds: string[] }>) => {
      const issue = issueOf(input.assignableId);
      reassign(
        issue,
        issue.assignees.filter(({ node_id }) => !input.assigneeIds.includes(node_id)),
      );
      return {};
    },
    closeIssue: ({ input }: Input<{ issueId: string; stateReason?: string | null }>) => {
      const issue = issueOf(input.issueId);
      if (issue.state === 'open') {
        const stateReason = input.stateReason ?? 'COMPLETED';
        Object.assign(issue, { state: 'closed', reason: stateReason.toLowerCase() });
        hub.event(issue, self, 'ClosedEvent', { stateReason });
      }
      return { issue: issueView(issue) };
    },
    reopenIssue: ({ input }: Input<{ issueId: string }>) => {
      const issue = issueOf(input.issueId);
      Object.assign(issue, { state: 'open', reason: 'reopened' });
      hub.event(issue, self, 'ReopenedEvent');
      return { issue: issueView(issue) };
    },
    addComment: ({ input }: Input<{ subjectId: string; body: string }>) => {
      const issue = issueOf(input.subjectId);
      assertUnlocked(issue);
      const made = hub.comment(issue, self, text(input.body), 'NONE');
      return { commentEdge: { cursor: '', node: commentView(issue, made) } };
    },
    updateIssueComment: ({ input }: Input<{ id: string; body: string }>) => {
      const all = hub.repositories.flatMap(({ issues }) => issues).filter(({ movedTo }) => movedTo === null);
      const issue = all.find(({ comments }) => comments.some(({ node_id }) => node_id === input.id));
      const comment = issue?.comments.find(({ node_id }) => node_id === input.id);
      if (!issue || !comment || !allows(token, issue.repository, 'read'))
        throw new FieldRefusal('NOT_FOUND', 'Could not resolve to a node.');
      writable(issue.repository);
      assertUnlocked(issue);
      Object.assign(comment, { body: text(input.body), editor: self, updatedAt: hub.tick() });
      return { issueComment: commentView(issue, comment) };
    },
    addSubIssue: ({ input }: Input<{ issueId: string; subIssueId: string; replaceParent?: boolean | null }>) => {
      const issue = issueOf(input.subIssueId);
      const parent = issueOf(input.issueId);
      if (issue.parent && input.replaceParent !== true) throw unprocessable('Sub issue may only have one parent');
      if (parent === issue) throw unprocessable('An error occured while adding the sub-issue to the parent issue.');
      setParent(issue, parent);
      return { issue: issueView(parent), subIssue: issueView(issue) };
    },
    removeSubIssue: ({ input }: Input<{ issueId: string; subIssueId: string }>) => {
      const issue = issueOf(input.subIssueId);
      const parent = issueOf(input.issueId);
      if (issue.parent !== parent) throw unprocessable('The provided sub-issue is not one of the parent.');
      setParent(issue, null);
      return { issue: issueView(parent), subIssue: issueView(issue) };
    },
  };
}

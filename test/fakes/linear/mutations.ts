import { faults } from './faults.ts';
import type { Issue, Team } from './things.ts';
import { toldOf } from './told.ts';
import { type Actor, sees, type Views } from './views.ts';
import type { Workspace } from './workspace.ts';

type Input = Readonly<Record<string, unknown>>;

const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const ids = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const plainFields = [
  'title',
  'description',
  'priority',
  'dueDate',
  'assigneeId',
  'delegateId',
  'parentId',
  'stateId',
] as const;

function assertValues({ title, priority, stateId, parentId }: Partial<Issue>, team: Team, issue: Issue | null): void {
  if (title !== undefined && title.trim() === '') throw faults.invalid('title must not be empty');
  if (priority !== undefined && ![0, 1, 2, 3, 4].includes(priority)) throw faults.invalid('priority must be 0 to 4');
  if (stateId !== undefined && !team.states.some(({ id }) => id === stateId)) throw faults.notFound('WorkflowState');
  if (parentId && parentId === issue?.id) throw faults.invalid('An issue is not its own parent');
}

/** The mutations of Linear's API that are needed here, as they check what they get and keep it. */
export function mutationsOf(workspace: Workspace, views: Views, actor: Actor) {
  const { users, teams, labels, issues, comments, relations } = workspace;
  const by = actor.user.id;
  const allow = (...scopes: string[]): void => {
    if (!scopes.some((scope) => actor.scopes.includes(scope)))
      throw faults.forbidden(`Invalid scope: ${scopes[0]} required`);
  };
  const done = { success: true, lastSyncId: 1 };
  const newId = (input: Input, what: string, known: ReadonlyMap<string, unknown>): string => {
    const id = text(input['id']) ?? crypto.randomUUID();
    if (!uuid4.test(id)) throw faults.invalid('id must be a UUID');
    if (known.has(id)) throw faults.exists(what, id);
    return id;
  };
  const teamBy = (id: unknown): Team => {
    const team = teams.get(text(id) ?? '');
    if (team === undefined || !sees(actor.user, team)) throw faults.notFound('Team');
    if (team.retiredAt !== null) throw faults.invalid('The team is retired');
    return team;
  };

  const assertPeople = (to: Partial<Issue>, team: Team): void => {
    const assignee = to.assigneeId ? users.get(to.assigneeId) : undefined;
    const delegate = to.delegateId ? users.get(to.delegateId) : undefined;
    if (to.assigneeId && (assignee === undefined || !sees(assignee, team))) throw faults.notFound('User');
    if (assignee?.app === true) throw faults.invalid('App users can only be delegates');
    if (to.delegateId && !(delegate?.app && delegate.isAssignable))
      throw faults.invalid('Only app users can be delegates');
  };
  const assertLabels = (wanted: readonly string[], team: Team): void => {
    const fit = wanted.every((id) => {
      const label = labels.get(id);
      const isThere = label !== undefined && (label.teamId === null || label.teamId === team.id);
      return isThere && !label.isGroup && label.retiredAt === null;
    });
    if (!fit) throw faults.notFound('IssueLabel: labelIds contained an entry that could not be found.');
  };

  const labelsAfter = (input: Input, before: readonly string[]): string[] => {
    if ('labelIds' in input) return ids(input['labelIds']);
    const removed = ids(input['removedLabelIds']);
    return [...before.filter((id) => !removed.includes(id)), ...ids(input['addedLabelIds'])];
  };

  /** What an input says of the fields of an issue. */
  const fieldsOf = (input: Input, team: Team, issue: Issue | null): Partial<Issue> => {
    const given = Object.fromEntries(plainFields.filter((name) => name in input).map((name) => [name, input[name]]));
    const to: Partial<Issue> = { ...given, labelIds: [...new Set(labelsAfter(input, issue?.labelIds ?? []))] };
    if (to.description) to.description = workspace.keeps(to.description);
    if (to.parentId) to.parentId = views.issueBy(to.parentId).id;
    assertValues(to, team, issue);
    assertPeople(to, team);
    assertLabels(to.labelIds ?? [], team);
    return to;
  };

  const issueCreate = ({ input }: { input: Input }) => {
    allow('write', 'issues:create');
    const team = teamBy(input['teamId']);
    const id = newId(input, 'Issue', issues);
    const title = text(input['title']) ?? '';
    if (title.trim() === '') throw faults.invalid('title must not be empty');
    const to = fieldsOf(input, team, null);
    team.numbers += 1;
    const at = workspace.now();
    const issue: Issue = {
      ...{
        id,
        createdAt: at,
        updatedAt: at,
        creatorId: by,
        teamId: team.id,
        number: team.numbers,
        previousIdentifiers: [],
      },
      ...{ title, description: null, stateId: workspace.stateOf(team, 'Backlog').id, priority: 0, labelIds: [] },
      ...{ assigneeId: null, delegateId: null, parentId: null, dueDate: null, archivedAt: null, trashed: null, ...to },
    };
    issues.set(id, issue);
    workspace.tell(issue, by, {});
    return { ...done, issue: views.issue(issue) };
  };

  const issueUpdate = ({ id, input }: { id: string; input: Input }) => {
    allow('write');
    const issue = views.issueBy(id);
    const before = { ...issue };
    const to = fieldsOf(input, teamBy(issue.teamId), issue);
    workspace.change(issue, to, by, toldOf(workspace, before, { ...before, ...to }));
    return { ...done, issue: views.issue(issue) };
  };

  const commentCreate = ({ input }: { input: Input }) => {
    allow('write', 'comments:create');
    const issue = views.issueBy(String(input['issueId']));
    const id = newId(input, 'Comment', comments);
    const body = text(input['body']) ?? '';
    if (body.trim() === '') throw faults.invalid('body must not be empty');
    return { ...done, comment: views.comment(workspace.say(issue.id, workspace.keeps(body), { id, userId: by })) };
  };

  const commentUpdate = ({ id, input }: { id: string; input: Input }) => {
    allow('write');
    const comment = views.commentBy(id);
    if (comment.userId !== by) throw faults.forbidden('You can only edit your own comments.');
    Object.assign(comment, { body: workspace.keeps(text(input['body']) ?? comment.body), updatedAt: workspace.now() });
    return { ...done, comment: views.comment(comment) };
  };

  const issueRelationCreate = ({ input }: { input: Input }) => {
    allow('write');
    const [one, other] = [views.issueBy(String(input['issueId'])), views.issueBy(String(input['relatedIssueId']))];
    const relation = {
      id: newId(input, 'IssueRelation', relations),
      issueId: one.id,
      relatedIssueId: other.id,
      type: String(input['type']),
    };
    relations.set(relation.id, relation);
    workspace.tell(one, by, { relationChanges: [{ identifier: workspace.identifierOf(other), type: 'add' }] });
    return { ...done, issueRelation: views.relation(relation) };
  };

  const issueRelationDelete = ({ id }: { id: string }) => {
    allow('write');
    relations.delete(views.relationBy(id).id);
    return { ...done, entityId: id };
  };

  const archive =
    (archivedAt: string | null) =>
    ({ id }: { id: string }) => {
      allow('write');
      const issue = views.issueBy(id);
      workspace.change(issue, { archivedAt }, by, { archived: archivedAt !== null });
      return { ...done, entity: views.issue(issue) };
    };

  return {
    ...{ issueCreate, issueUpdate, commentCreate, commentUpdate, issueRelationCreate, issueRelationDelete },
    issueArchive: (given: { id: string }) => archive(workspace.now())(given),
    issueUnarchive: archive(null),
  };
}

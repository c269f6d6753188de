import { connection, type PageArguments, whole } from './connection.ts';
import { faults } from './faults.ts';
import { fits } from './filter.ts';
import type { Comment, Entry, Issue, Relation, State, Team, User } from './things.ts';
import type { Workspace } from './workspace.ts';

/** Whoever sent a request: a user, with the scopes of the credential. */
export type Actor = { readonly user: User; readonly scopes: readonly string[] };
export type Filtered = PageArguments & {
  readonly filter?: Readonly<Record<string, unknown>> | null;
  readonly includeArchived?: boolean | null;
};

const accessesPublic = (user: User): boolean => !user.guest;

/** Whether a user sees a team, and with it its issues. */
export const sees = (user: User, team: Team): boolean =>
  user.teams.has(team.id) || (team.visibility === 'public' && accessesPublic(user));

/** What the API shows of a workspace to one actor: objects whose fields are values, or functions of their arguments. */
export function viewsOf(workspace: Workspace, actor: Actor, origin: string) {
  const { users, teams, labels, issues, comments, relations, history } = workspace;
  const userOf = (id: unknown): User | null => (typeof id === 'string' ? (users.get(id) ?? null) : null);
  const orNull = <T, V>(thing: T | null | undefined, view: (one: T) => V): V | null =>
    thing === null || thing === undefined ? null : view(thing);

  const user = (one: User) => ({
    ...one,
    isMe: one.id === actor.user.id,
    canAccessAnyPublicTeam: accessesPublic(one),
    teams: (page: Filtered) =>
      whole(
        [...teams.values()].filter((each) => one.teams.has(each.id) && fits(each, page.filter ?? {})),
        page,
        team,
      ),
  });
  const state = (one: State) => ({ ...one });
  const team = (one: Team): Record<string, unknown> => ({
    ...one,
    archivedAt: null,
    organization: { name: 'Acme', urlKey: 'acme' },
    states: (page: PageArguments) => whole(one.states, page, state),
  });
  const urlOf = (one: Issue): string => `${origin}/acme/issue/${workspace.identifierOf(one)}/x`;
  const stateOf = (one: Issue): State => {
    const found = workspace.teamOf(one).states.find(({ id }) => id === one.stateId);
    if (found === undefined) throw new Error('an issue in no state');
    return found;
  };
  const visible = (one: Issue): boolean => sees(actor.user, workspace.teamOf(one));
  const labelsOf = (one: Issue) => one.labelIds.flatMap((id) => labels.get(id) ?? []);
  const commentsOf = (one: Issue) => [...comments.values()].filter(({ issueId }) => issueId === one.id);
  const relationsOf = (one: Issue, end: 'issueId' | 'relatedIssueId', other: 'issueId' | 'relatedIssueId') =>
    [...relations.values()].filter((each) => {
      const far = issues.get(each[other]);
      return each[end] === one.id && far !== undefined && visible(far);
    });

  const issue = (one: Issue): Record<string, unknown> => ({
    ...one,
    ...{ identifier: workspace.identifierOf(one), url: urlOf(one), botActor: null, externalUserCreator: null },
    ...{ team: team(workspace.teamOf(one)), state: stateOf(one) },
    ...{ assignee: orNull(userOf(one.assigneeId), user), delegate: orNull(userOf(one.delegateId), user) },
    creator: orNull(userOf(one.creatorId), user),
    labels: (page: PageArguments) => whole(labelsOf(one), page, (each) => each),
    parent: () => {
      const parent = one.parentId === null ? undefined : issues.get(one.parentId);
      return parent !== undefined && visible(parent) ? issue(parent) : null;
    },
    comments: (page: PageArguments) => connection(commentsOf(one), page, comment),
    relations: (page: PageArguments) => whole(relationsOf(one, 'issueId', 'relatedIssueId'), page, relation),
    inverseRelations: (page: PageArguments) => whole(relationsOf(one, 'relatedIssueId', 'issueId'), page, relation),
    history: (page: PageArguments) =>
      connection(
        history.filter(({ issueId }) => issueId === one.id),
        page,
        entry,
      ),
  });
  const comment = (one: Comment): Record<string, unknown> => {
    const of = issues.get(one.issueId);
    return {
      ...one,
      ...{
        url: `${of === undefined ? origin : urlOf(of)}#comment-${one.id.slice(0, 8)}`,
        user: orNull(userOf(one.userId), user),
        botActor: null,
      },
      ...{ parent: null, externalThread: one.threadId === null ? null : { id: one.threadId } },
    };
  };
  const relation = (one: Relation) => ({
    ...one,
    issue: () => orNull(issues.get(one.issueId), issue),
    relatedIssue: () => orNull(issues.get(one.relatedIssueId), issue),
  });
  const entry = (one: Entry) => {
    const {
      fromAssigneeId,
      toAssigneeId,
      fromDelegateId,
      toDelegateId,
      fromTeamId,
      toTeamId,
      fromParentId,
      toParentId,
    } = one;
    const known = (id: unknown): Issue | undefined => (typeof id === 'string' ? issues.get(id) : undefined);
    const teamBy = (id: unknown) => orNull(typeof id === 'string' ? teams.get(id) : null, team);
    return {
      ...one,
      actor: orNull(userOf(one.actorId), user),
      ...{ fromAssignee: userOf(fromAssigneeId), toAssignee: userOf(toAssigneeId) },
      ...{ fromDelegate: userOf(fromDelegateId), toDelegate: userOf(toDelegateId) },
      ...{ fromTeam: teamBy(fromTeamId), toTeam: teamBy(toTeamId) },
      ...{ fromParent: () => orNull(known(fromParentId), issue), toParent: () => orNull(known(toParentId), issue) },
    };
  };

  /** What a filter of issues looks at. */
  const filterable = (one: Issue) => ({
    ...one,
    ...{ team: workspace.teamOf(one), state: stateOf(one), labels: labelsOf(one), comments: commentsOf(one) },
    ...{ assignee: orNull(userOf(one.assigneeId), user), delegate: orNull(userOf(one.delegateId), user) },
    creator: orNull(userOf(one.creatorId), user),
  });

  const issueBy = (id: string): Issue => {
    const found = workspace.issueOf(id);
    if (found === undefined || !visible(found)) throw faults.notFound('Issue');
    return found;
  };
  const commentBy = (id: string): Comment => {
    const found = comments.get(id);
    const of = found && issues.get(found.issueId);
    if (found === undefined || of === undefined || !visible(of)) throw faults.notFound('Comment');
    return found;
  };
  const relationBy = (id: string): Relation => {
    const found = relations.get(id);
    if (found === undefined) throw faults.notFound('IssueRelation');
    issueBy(found.issueId);
    return found;
  };

  return { user, team, issue, comment, relation, filterable, visible, issueBy, commentBy, relationBy };
}
export type Views = ReturnType<typeof viewsOf>;

import * as z from 'zod';
import type { Document } from './document.ts';
import {
  comment,
  commentText,
  issue,
  issueText,
  nodes,
  pageOf,
  pageText,
  state,
  stateText,
  summary,
  summaryText,
  team,
  user,
  userText,
} from './shapes.ts';

const query = <T>(field: string, text: string, answer: z.ZodType<T>): Document<T> => ({ field, text, answer });

export const viewer = query('viewer', `query Viewer { viewer ${userText} }`, z.object({ viewer: user }));

const teamNode = team.extend({
  retiredAt: z.string().nullable(),
  archivedAt: z.string().nullable(),
  organization: z.object({ urlKey: z.string() }),
  states: nodes(state),
});
export const teamByKey = query(
  'teams',
  `query TeamByKey($key: String!) {
    teams(filter: { key: { eq: $key } }, first: 2, includeArchived: true) {
      nodes { id key name visibility retiredAt archivedAt organization { urlKey } states(first: 100) { nodes ${stateText} } }
    }
  }`,
  z.object({ teams: nodes(teamNode) }),
);

/** `issue` takes an identifier in the place of an id, also one that an issue had before it moved. */
export const issueById = query(
  'issue',
  `query Issue($id: String!) { issue(id: $id) ${issueText} }`,
  z.object({ issue }),
);

const searchText = (orderBy: 'updatedAt' | 'createdAt') =>
  `query Search($filter: IssueFilter!, $first: Int!, $after: String) {
    issues(filter: $filter, first: $first, after: $after, orderBy: ${orderBy}) { nodes ${summaryText} ${pageText} }
  }`;
const found = z.object({ issues: pageOf(summary) });
export const search = {
  updated: query('issues', searchText('updatedAt'), found),
  created: query('issues', searchText('createdAt'), found),
};

export const comments = query(
  'issue',
  `query Comments($id: String!, $first: Int!, $after: String) {
    issue(id: $id) { comments(first: $first, after: $after, orderBy: createdAt) { nodes ${commentText} ${pageText} } }
  }`,
  z.object({ issue: z.object({ comments: pageOf(comment) }) }),
);

export const commentById = query(
  'comment',
  `query Comment($id: String!) { comment(id: $id) ${commentText} }`,
  z.object({ comment }),
);

export const workflow = query(
  'issue',
  `query Workflow($id: String!) {
    issue(id: $id) {
      priority
      state ${stateText}
      team { requirePriorityToLeaveTriage states(first: 100) { nodes ${stateText} } }
    }
  }`,
  z.object({
    issue: z.object({
      priority: z.number(),
      state,
      team: z.object({ requirePriorityToLeaveTriage: z.boolean(), states: nodes(state) }),
    }),
  }),
);

const userWithTeamText = `{ id name app guest active isAssignable canAccessAnyPublicTeam
  teams(filter: { key: { eq: $team } }, first: 1) { nodes { id } } }`;
const userWithTeam = user.extend({
  active: z.boolean(),
  isAssignable: z.boolean(),
  canAccessAnyPublicTeam: z.boolean(),
  teams: nodes(z.object({ id: z.string() })),
});
export type UserWithTeam = z.infer<typeof userWithTeam>;
/** People, and whether they are in a team. */
export const people = query(
  'users',
  `query People($filter: UserFilter!, $team: String!) {
    users(filter: $filter, first: 5) { nodes ${userWithTeamText} }
    teams(filter: { key: { eq: $team } }, first: 2) { nodes { id visibility retiredAt } }
  }`,
  z.object({
    users: nodes(userWithTeam),
    teams: nodes(team.pick({ id: true, visibility: true }).extend({ retiredAt: z.string().nullable() })),
  }),
);

/** Labels of a workspace and of one team by their names; a group of labels cannot be put on an issue itself. */
export const labels = query(
  'issueLabels',
  `query Labels($filter: IssueLabelFilter!) { issueLabels(filter: $filter, first: 100) { nodes { id name retiredAt } } }`,
  z.object({ issueLabels: nodes(z.object({ id: z.string(), name: z.string(), retiredAt: z.string().nullable() })) }),
);

const relation = z.object({
  id: z.string(),
  type: z.string(),
  issue: z.object({ id: z.string() }),
  relatedIssue: z.object({ id: z.string() }),
});
export const relationById = query(
  'issueRelation',
  `query Relation($id: String!) { issueRelation(id: $id) { id type issue { id } relatedIssue { id } } }`,
  z.object({ issueRelation: relation }),
);

const limit = z.object({ type: z.string(), allowedAmount: z.number(), remainingAmount: z.number() });
/** For the doctor: who acts here, in which workspace, and how much of the limits is left. */
export const standing = query(
  'viewer',
  `query Standing {
    viewer ${userText}
    organization { name urlKey }
    rateLimitStatus { limits { type allowedAmount remainingAmount } }
  }`,
  z.object({
    viewer: user,
    organization: z.object({ name: z.string(), urlKey: z.string() }),
    rateLimitStatus: z.object({ limits: z.array(limit) }),
  }),
);

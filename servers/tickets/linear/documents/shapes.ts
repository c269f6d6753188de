import * as z from 'zod';

/**
 * The parts of answers, as GraphQL asks for them and as they are parsed. Lists are asked for with their length: Linear
 * counts what a list may hold against the 10,000 points that one request may cost.
 * https://linear.app/developers/rate-limiting
 */

export const userText = '{ id name app guest }';
export const user = z.object({ id: z.string(), name: z.string(), app: z.boolean(), guest: z.boolean() });
export type LinearUser = z.infer<typeof user>;

export const teamText = '{ id key name visibility }';
export const team = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  visibility: z.enum(['public', 'private', 'restricted']),
});
export type LinearTeam = z.infer<typeof team>;

export const stateText = '{ id name type }';
export const state = z.object({ id: z.string(), name: z.string(), type: z.string() });
export type LinearState = z.infer<typeof state>;

/** Somebody who acts through an integration, or has no account. */
const outsider = z.object({ id: z.string().nullish(), name: z.string().nullish() });
export type LinearOutsider = z.infer<typeof outsider>;

const webAddress = z.url({ protocol: /^https?$/ });

export const nodes = <T>(one: z.ZodType<T>) => z.object({ nodes: z.array(one) });

export const pageText = 'pageInfo { hasNextPage endCursor }';
export const pageOf = <T>(one: z.ZodType<T>) =>
  z.object({
    nodes: z.array(one),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  });

const label = z.object({ id: z.string(), name: z.string() });

const refText = `id identifier url team ${teamText}`;
const ref = z.object({ id: z.string(), identifier: z.string(), url: webAddress, team });
export type LinearRef = z.infer<typeof ref>;

/** How many labels of an issue are read: in a list, and of the one that is written. */
const labelsText = (count: number) => `labels(first: ${count}) { nodes { id name } }`;

const headText = `${refText} title createdAt updatedAt archivedAt trashed priority
  state ${stateText} assignee ${userText} delegate ${userText} creator ${userText}
  botActor { id name } externalUserCreator { id name }`;
export const summaryText = `{ ${headText} ${labelsText(40)} }`;
export const summary = ref.extend({
  title: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  archivedAt: z.string().nullable(),
  trashed: z.boolean().nullish(),
  priority: z.number(),
  state,
  assignee: user.nullable(),
  delegate: user.nullable(),
  creator: user.nullable(),
  botActor: outsider.nullable(),
  externalUserCreator: outsider.nullable(),
  labels: nodes(label),
});
export type LinearSummary = z.infer<typeof summary>;

const otherText = `{ ${refText} title }`;
const other = ref.extend({ title: z.string() });
export const issueText = `{ ${headText} ${labelsText(100)} description dueDate parent { ${refText} }
  relations(first: 50) { nodes { id type relatedIssue ${otherText} } }
  inverseRelations(first: 50) { nodes { id type issue ${otherText} } } }`;
export const issue = summary.extend({
  description: z.string().nullable(),
  dueDate: z.iso.date().nullable(),
  parent: ref.nullable(),
  relations: nodes(z.object({ id: z.string(), type: z.string(), relatedIssue: other })),
  inverseRelations: nodes(z.object({ id: z.string(), type: z.string(), issue: other })),
});
export type LinearIssue = z.infer<typeof issue>;

export const commentText = `{ id url body createdAt updatedAt issueId user ${userText} botActor { id name }
  externalUser { id name } externalThread { id } parent { externalThread { id } } }`;
const thread = z.object({ id: z.string().nullish() }).nullable();
export const comment = z.object({
  id: z.string(),
  url: webAddress,
  body: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  issueId: z.string().nullable(),
  user: user.nullable(),
  botActor: outsider.nullable(),
  externalUser: outsider.nullable(),
  externalThread: thread,
  parent: z.object({ externalThread: thread }).nullable(),
});
export type LinearComment = z.infer<typeof comment>;

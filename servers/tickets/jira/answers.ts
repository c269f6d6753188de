import * as z from 'zod';
import { richText } from './text.ts';

/** What Jira answers, as far as it is used here. What is not named is left out when it is read. */

/** A time as `2026-11-22T09:00:00.000+0000`; ISO 8601 once it is read. */
export const moment = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  context.addIssue('is no time');
  return z.NEVER;
});

export const user = z.object({
  accountId: z.string(),
  accountType: z.string().optional(),
  displayName: z.string().default(''),
  emailAddress: z.string().optional(),
  timeZone: z.string().optional(),
});
export type User = z.infer<typeof user>;

export const named = z.object({ id: z.string(), name: z.string() });

export const jiraStatus = z.object({
  ...named.shape,
  statusCategory: z.object({ key: z.string() }).optional(),
});

/** `schema` of a field: `custom` names the kind of one that was made up. */
const fieldSchema = z.object({ type: z.string(), custom: z.string().optional(), system: z.string().optional() });
export type FieldSchema = z.infer<typeof fieldSchema>;

export const fieldMeta = z.object({
  key: z.string(),
  name: z.string(),
  required: z.boolean(),
  hasDefaultValue: z.boolean().optional(),
  schema: fieldSchema,
  allowedValues: z.array(z.looseObject({})).optional(),
});
export type FieldMeta = z.infer<typeof fieldMeta>;

export const project = z.object({
  ...named.shape,
  key: z.string(),
  projectTypeKey: z.string().optional(),
  archived: z.boolean().optional(),
});
export type JiraProject = z.infer<typeof project>;

const linked = z.object({ id: z.string(), key: z.string() });

export const linkType = z.object({ id: z.string(), outward: z.string(), inward: z.string() });

export const issueLink = z.object({
  id: z.string(),
  type: linkType,
  outwardIssue: linked.optional(),
  inwardIssue: linked.optional(),
});
export type JiraLink = z.infer<typeof issueLink>;

/** The fields of an issue that every project has. */
const summaryFields = z.looseObject({
  summary: z.string(),
  project,
  issuetype: named,
  status: jiraStatus,
  labels: z.array(z.string()).nullish(),
  assignee: user.nullish(),
  reporter: user.nullish(),
  priority: named.nullish(),
  created: moment,
  updated: moment,
});

export const issueSummary = z.object({ id: z.string(), key: z.string(), fields: summaryFields });
export type IssueSummary = z.infer<typeof issueSummary>;

export const issue = z.object({
  id: z.string(),
  key: z.string(),
  fields: z.looseObject({
    ...summaryFields.shape,
    description: richText,
    duedate: z.iso.date().nullish(),
    parent: linked.nullish(),
    issuelinks: z.array(issueLink).nullish(),
  }),
  names: z.record(z.string(), z.string()).optional(),
  schema: z.record(z.string(), fieldSchema).optional(),
  editmeta: z.object({ fields: z.record(z.string(), fieldMeta) }).optional(),
});
export type Issue = z.infer<typeof issue>;

/** An issue by where it is and what it is called. */
export const placed = z.object({
  id: z.string(),
  key: z.string(),
  fields: z.object({ project, summary: z.string() }),
});
export type Placed = z.infer<typeof placed>;

export const property = z.object({ key: z.string(), value: z.unknown() });

export const comment = z.object({
  id: z.string(),
  author: user.nullish(),
  updateAuthor: user.nullish(),
  body: richText,
  created: moment,
  updated: moment,
  jsdPublic: z.boolean().optional(),
  visibility: z.looseObject({}).optional(),
  properties: z.array(property).optional(),
});
export type JiraComment = z.infer<typeof comment>;

/** For requests that answer nothing. */
export const nothing = z.unknown();

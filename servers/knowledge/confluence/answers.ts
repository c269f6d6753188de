import * as z from 'zod';

/** What Confluence answers, as far as it is used here. What is not named is left out when it is read. */

/** A time; ISO 8601 in UTC once it is read. */
const moment = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  context.addIssue('is no time');
  return z.NEVER;
});

const id = z.union([z.string(), z.number()]).transform(String);

export const version = z.object({
  number: z.number().int().positive(),
  createdAt: moment,
  message: z.string().nullish(),
  authorId: z.string().nullish(),
});
export type Version = z.infer<typeof version>;

const body = z.object({ storage: z.object({ value: z.string() }).optional() }).optional();

export const page = z.object({
  id,
  status: z.string(),
  title: z.string(),
  spaceId: id,
  parentId: id.nullish(),
  authorId: z.string().nullish(),
  createdAt: moment,
  version,
  body,
  _links: z.object({ webui: z.string().optional() }).optional(),
});
export type ConfluencePage = z.infer<typeof page>;

export const space = z.object({
  id,
  key: z.string(),
  name: z.string(),
  status: z.string().optional(),
  _links: z.object({ webui: z.string().optional() }).optional(),
});
export type Space = z.infer<typeof space>;

export const user = z.object({
  accountId: z.string(),
  accountType: z.string().nullish(),
  displayName: z.string().nullish(),
  publicName: z.string().nullish(),
  isExternalCollaborator: z.boolean().nullish(),
});
export type User = z.infer<typeof user>;

export const comment = z.object({
  id,
  status: z.string().optional(),
  pageId: id.nullish(),
  parentCommentId: id.nullish(),
  version,
  body,
  _links: z.object({ webui: z.string().optional() }).optional(),
});
export type ConfluenceComment = z.infer<typeof comment>;

export const childPage = z.object({ id, status: z.string().optional(), spaceId: id.optional() });
export const ancestor = z.object({ id, type: z.string() });
export const pageVersion = z.object({ ...version.shape, page: z.object({ title: z.string().optional() }).optional() });

/** Some of many, with the address of the next. */
export const some = <T extends z.ZodType>(each: T) =>
  z.object({ results: z.array(each).default([]), _links: z.object({ next: z.string().optional() }).optional() });

/** For requests that answer nothing that is looked at. */
export const nothing = z.unknown();

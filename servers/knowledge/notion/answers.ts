import * as z from 'zod';

/** What Notion answers, as far as it is used here. What is not named is left out when it is read. */

/** A time; ISO 8601 in UTC once it is read. */
const moment = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  context.addIssue('is no time');
  return z.NEVER;
});

const somebody = z.object({ id: z.string() }).nullish();

/** What something is in; a page, a block of one, a database, a source of one, or the workspace. */
export const parent = z.object({
  type: z.string(),
  page_id: z.string().optional(),
  block_id: z.string().optional(),
  database_id: z.string().optional(),
  data_source_id: z.string().optional(),
});
export type Parent = z.infer<typeof parent>;

const richText = z.object({
  type: z.string().optional(),
  plain_text: z.string().default(''),
  href: z.string().nullish(),
  annotations: z
    .object({
      bold: z.boolean().default(false),
      italic: z.boolean().default(false),
      strikethrough: z.boolean().default(false),
      underline: z.boolean().default(false),
      code: z.boolean().default(false),
    })
    .optional(),
});
export type RichText = z.infer<typeof richText>;

const property = z.object({ type: z.string().optional(), title: z.array(richText).optional() });

export const page = z
  .object({
    object: z.literal('page'),
    id: z.string(),
    created_time: moment,
    last_edited_time: moment,
    in_trash: z.boolean().default(false),
    url: z.url({ protocol: /^https?$/ }),
    parent,
    properties: z.record(z.string(), z.unknown()),
    created_by: somebody,
    last_edited_by: somebody,
  })
  .transform(({ properties, ...rest }) => ({ ...rest, title: titleIn(properties) }));
export type NotionPage = z.infer<typeof page>;

/** Each page has one property of this type, whatever its name is. */
function titleIn(properties: Readonly<Record<string, unknown>>): string {
  const found = Object.values(properties).map((each) => property.safeParse(each).data);
  const title = found.find((each) => each?.type === 'title')?.title ?? [];
  return title.map(({ plain_text }) => plain_text).join('');
}

export const markdown = z.object({
  markdown: z.string(),
  truncated: z.boolean().default(false),
  unknown_block_ids: z.array(z.string()).default([]),
});

/** A block, or what else is in something: only where it is looked for. */
export const block = z.object({
  id: z.string(),
  type: z.string().optional(),
  parent: parent.optional(),
  has_children: z.boolean().default(false),
  in_trash: z.boolean().default(false),
  created_time: moment.optional(),
  last_edited_time: moment.optional(),
  child_page: z.object({ title: z.string() }).optional(),
});
export type NotionBlock = z.infer<typeof block>;

export const database = z.object({ parent: parent.optional() });
export const dataSource = z.object({ parent: parent.optional(), database_parent: parent.optional() });

export const user = z.object({
  id: z.string(),
  name: z.string().nullish(),
  type: z.string().nullish(),
  person: z.object({ email: z.string().nullish() }).optional(),
});
export type User = z.infer<typeof user>;

export const comment = z.object({
  id: z.string(),
  parent,
  discussion_id: z.string(),
  created_time: moment,
  last_edited_time: moment,
  created_by: somebody,
  rich_text: z.array(richText),
});
export type NotionComment = z.infer<typeof comment>;

/** Some of many. */
export const some = <T extends z.ZodType>(each: T) =>
  z.object({ results: z.array(each), next_cursor: z.string().nullish(), has_more: z.boolean().default(false) });

/** Some of what a search finds, of which only pages are looked at. */
export const found = z.object({
  results: z.array(z.unknown()),
  next_cursor: z.string().nullish(),
  has_more: z.boolean().default(false),
});

/** For requests whose answer is not looked at. */
export const anything = z.unknown();

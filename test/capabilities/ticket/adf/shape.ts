import * as z from 'zod';

/**
 * The part of Atlassian Document Format that new text is written in, as strict as Jira is: what each node may hold, and
 * which marks go together. Source: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
 */
const plainMarks = z.enum(['strong', 'em', 'strike']);
const link = z.strictObject({ type: z.literal('link'), attrs: z.strictObject({ href: z.string().min(1) }) });
const mark = z.union([z.strictObject({ type: plainMarks }), link]);
const codeMark = z.union([z.strictObject({ type: z.literal('code') }), link]);
const different = (marks: readonly { readonly type: string }[]) =>
  new Set(marks.map(({ type }) => type)).size === marks.length;

const text = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1),
  marks: z.union([z.array(mark).min(1).refine(different), z.array(codeMark).min(1).refine(different)]).exactOptional(),
});
const bare = z.strictObject({ type: z.literal('text'), text: z.string().min(1) });
const inline = z.union([text, z.strictObject({ type: z.literal('hardBreak') })]);

const paragraph = z.strictObject({ type: z.literal('paragraph'), content: z.array(inline).min(1).exactOptional() });
const heading = z.strictObject({
  type: z.literal('heading'),
  attrs: z.strictObject({ level: z.number().int().min(1).max(6) }),
  content: z.array(inline).min(1).exactOptional(),
});
const codeBlock = z.strictObject({
  type: z.literal('codeBlock'),
  attrs: z.strictObject({ language: z.string().min(1) }).exactOptional(),
  content: z.array(bare).length(1).exactOptional(),
});
const rule = z.strictObject({ type: z.literal('rule') });

const listItem = z.strictObject({
  type: z.literal('listItem'),
  get content() {
    return z.tuple([z.union([paragraph, codeBlock])], z.union([paragraph, codeBlock, bulletList, orderedList]));
  },
});
const bulletList = z.strictObject({ type: z.literal('bulletList'), content: z.array(listItem).min(1) });
const orderedList = z.strictObject({
  type: z.literal('orderedList'),
  attrs: z.strictObject({ order: z.number().int().min(0) }).exactOptional(),
  content: z.array(listItem).min(1),
});
const blockquote = z.strictObject({
  type: z.literal('blockquote'),
  content: z.array(z.union([paragraph, bulletList, orderedList, codeBlock])).min(1),
});

const cell = (type: 'tableHeader' | 'tableCell') =>
  z.strictObject({ type: z.literal(type), content: z.array(paragraph).length(1) });
const row = z.strictObject({
  type: z.literal('tableRow'),
  content: z.array(z.union([cell('tableHeader'), cell('tableCell')])).min(1),
});
const table = z.strictObject({ type: z.literal('table'), content: z.array(row).min(1) });

const block = z.union([paragraph, heading, codeBlock, rule, bulletList, orderedList, blockquote, table]);

/** A document as Jira takes it. */
export const documentShape = z.strictObject({ type: z.literal('doc'), version: z.literal(1), content: z.array(block) });

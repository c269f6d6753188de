import { type Block, pagesIn } from './text.ts';
import {
  type FakeComment,
  type FakePage,
  type FakeText,
  type FakeUser,
  type NotionWorkspace,
  urlOf,
} from './workspace.ts';

const plain = { bold: false, italic: false, strikethrough: false, underline: false, code: false, color: 'default' };

function richText({ text, annotations = {} }: FakeText): object {
  const link = text.link ?? null;
  const said = { content: text.content, link };
  const marks = { ...plain, ...annotations };
  return { type: 'text', text: said, annotations: marks, plain_text: text.content, href: link?.url ?? null };
}

export const userView = ({ id, name, type }: FakeUser): object => ({
  object: 'user',
  id,
  name,
  avatar_url: null,
  type,
  [type]: {},
});

const partial = (id: string) => ({ object: 'user', id });

export function pageView(workspace: NotionWorkspace, page: FakePage, parent = page.parent): object {
  const holder = parent === null ? undefined : workspace.pages.get(parent);
  const block = holder?.blocks.find((each) => each.page === null && pagesIn(each).includes(page.id));
  const inBlock = block && { type: 'block_id', block_id: block.id };
  const title = page.title === '' ? [] : [richText({ text: { content: page.title } })];
  return {
    ...{ object: 'page', id: page.id, created_time: page.created, last_edited_time: page.edited },
    ...{ created_by: partial(page.createdBy), last_edited_by: partial(page.editedBy), cover: null, icon: null },
    parent:
      inBlock ?? (parent === null ? { type: 'workspace', workspace: true } : { type: 'page_id', page_id: parent }),
    ...{ in_trash: page.in_trash, is_archived: false, is_locked: false, url: urlOf(page), public_url: null },
    properties: { title: { id: 'title', type: 'title', title } },
  };
}

export function blockView(workspace: NotionWorkspace, holder: FakePage, block: Block): object {
  const child = block.page === null ? undefined : workspace.pages.get(block.page);
  const parent = { type: 'page_id', page_id: holder.id };
  const about = { object: 'block', id: block.id, parent, in_trash: child?.in_trash ?? false };
  const times = { created_time: child?.created ?? holder.created, last_edited_time: child?.edited ?? holder.edited };
  if (child !== undefined) {
    return {
      ...about,
      ...times,
      type: 'child_page',
      has_children: child.blocks.length > 0,
      child_page: { title: child.title },
    };
  }
  const rich_text = [richText({ text: { content: block.lines[0] ?? '' } })];
  return { ...about, ...times, type: 'paragraph', has_children: block.lines.length > 1, paragraph: { rich_text } };
}

export const commentView = (comment: FakeComment): object => ({
  ...{ object: 'comment', id: comment.id, parent: { type: 'page_id', page_id: comment.pageId } },
  ...{ discussion_id: comment.discussion, created_time: comment.created, last_edited_time: comment.edited },
  ...{ created_by: partial(comment.by), rich_text: comment.text.map(richText) },
});

import { Client, LogLevel } from '@notionhq/client';
import type * as z from 'zod';
import type { Secret } from '#shared/http/secret.ts';
import { anything, block, comment, database, dataSource, found, markdown, page, some, user } from './answers.ts';
import type { SentText } from './rich-text.ts';

/** The version of the API that gives pages as Markdown, and says so with `in_trash` alone. */
const notionVersion = '2026-03-11';

/** As many of a list are asked for at once as Notion gives. */
const mostAtOnce = 100;

type Options = { readonly origin: string; readonly token: Secret; readonly fetch: typeof globalThis.fetch };

/**
 * The requests that read. Ids have to be ones: they go into paths as they are. Limits, hosts, time and length are those of
 * `fetch`; the client repeats nothing and logs nothing.
 */
export function notionReads(options: Options) {
  const client = clientWith(options);
  const listed = (cursor: string | null) => ({
    page_size: mostAtOnce,
    ...(cursor !== null && { start_cursor: cursor }),
  });
  return {
    self: () => parsed(client.users.me({}), user),
    users: (cursor: string | null) => parsed(client.users.list(listed(cursor)), some(user)),
    page: (id: string) => parsed(client.pages.retrieve({ page_id: id }), page),
    markdown: (id: string) => parsed(client.pages.retrieveMarkdown({ page_id: id }), markdown),
    block: (id: string) => parsed(client.blocks.retrieve({ block_id: id }), block),
    children: (id: string, cursor: string | null) =>
      parsed(client.blocks.children.list({ block_id: id, ...listed(cursor) }), some(block)),
    database: (id: string) => parsed(client.databases.retrieve({ database_id: id }), database),
    dataSource: (id: string) => parsed(client.dataSources.retrieve({ data_source_id: id }), dataSource),
    search: (query: string, cursor: string | null) =>
      parsed(client.search({ query, filter: { property: 'object', value: 'page' }, ...listed(cursor) }), found),
    comments: (pageId: string, cursor: string | null) =>
      parsed(client.comments.list({ block_id: pageId, ...listed(cursor) }), some(comment)),
  };
}
export type Reads = ReturnType<typeof notionReads>;

/** A part of a page that becomes another. */
export type Update = { readonly old_str: string; readonly new_str: string };

/** The requests that change something. None of them erases anything for good. */
export function notionWrites(options: Options) {
  const client = clientWith(options);
  return {
    create: (parentId: string, title: string, text: string) => {
      const parent = { type: 'page_id', page_id: parentId } as const;
      const about = { parent, properties: titled(title), ...(text !== '' && { markdown: text }) };
      return parsed(client.pages.create(about), page);
    },
    title: (id: string, title: string) =>
      parsed(client.pages.update({ page_id: id, properties: titled(title) }), anything),
    trash: (id: string, isIn: boolean) => parsed(client.pages.update({ page_id: id, in_trash: isIn }), anything),
    move: (id: string, parentId: string) =>
      parsed(client.pages.move({ page_id: id, parent: { type: 'page_id', page_id: parentId } }), anything),
    /** Pages and databases under it stay, whatever the updates are: Notion refuses one that would take them away. */
    update: (id: string, updates: readonly Update[]) => {
      const content = { content_updates: [...updates], allow_deleting_content: false };
      return parsed(
        client.pages.updateMarkdown({ page_id: id, type: 'update_content', update_content: content }),
        anything,
      );
    },
    /** Puts text at the end: the one way to write to an empty page that writes nothing over. */
    append: (id: string, text: string) => {
      const content = { content: text, position: { type: 'end' } } as const;
      return parsed(
        client.pages.updateMarkdown({ page_id: id, type: 'insert_content', insert_content: content }),
        anything,
      );
    },
    comment: (pageId: string, text: SentText) =>
      parsed(client.comments.create({ parent: { page_id: pageId }, rich_text: [...text] }), comment),
    reply: (discussionId: string, text: SentText) =>
      parsed(client.comments.create({ discussion_id: discussionId, rich_text: [...text] }), comment),
    reword: (id: string, text: SentText) =>
      parsed(client.comments.update({ comment_id: id, rich_text: [...text] }), anything),
  };
}
export type Writes = ReturnType<typeof notionWrites>;

const titled = (title: string) => ({
  // The property has this id, whatever it is called where a database gives it a name.
  title: { type: 'title' as const, title: [{ type: 'text' as const, text: { content: title } }] },
});

function clientWith({ origin, token, fetch }: Options): Client {
  return new Client({
    auth: token.reveal(),
    baseUrl: origin,
    notionVersion,
    fetch,
    retry: false,
    // `fetch` ends before; a request whose end is ours must not look as if it had none.
    timeoutMs: 10 * 60_000,
    logLevel: LogLevel.ERROR,
    logger: () => {},
  });
}

async function parsed<T extends z.ZodType>(answer: Promise<unknown>, schema: T): Promise<z.output<T>> {
  return schema.parse(await answer);
}

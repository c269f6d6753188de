import * as z from 'zod';
import { type Call, type Capability, listed, openPage, pageIn, Refusal, text } from './call.ts';
import { pagesIn } from './text.ts';
import { blockView, commentView, pageView, userView } from './views.ts';
import type { FakeText } from './workspace.ts';

export type Route = {
  readonly needs: Capability | null;
  /** It changes something. */
  readonly writes?: true;
  readonly answer: (call: Call) => object;
};

const words = z
  .array(
    z.object({
      type: z.literal('text').optional(),
      text: z.object({
        // Notion refuses longer pieces, and more of them.
        content: z.string().max(2_000),
        link: z.object({ url: z.string() }).nullish(),
      }),
      annotations: z.record(z.string(), z.boolean()).optional(),
    }),
  )
  .max(100);

function wordsIn(value: unknown): readonly FakeText[] {
  const parsed = words.safeParse(value);
  if (!parsed.success) throw new Refusal(400, 'validation_error', z.prettifyError(parsed.error));
  return parsed.data.map(({ text: { content, link }, annotations }) => ({
    text: { content, link: link ?? null },
    ...(annotations !== undefined && { annotations }),
  }));
}

const titled = z.object({ title: z.object({ title: words }) });

function titleIn(properties: unknown): string | undefined {
  if (properties === undefined) return undefined;
  const parsed = titled.safeParse(properties);
  if (!parsed.success) throw new Refusal(400, 'validation_error', z.prettifyError(parsed.error));
  return parsed.data.title.title.map(({ text: { content } }) => content).join('');
}

const parentIn = (value: unknown): string => {
  const parsed = z.object({ page_id: z.string() }).safeParse(value);
  if (!parsed.success) throw new Refusal(400, 'validation_error', 'parent.page_id should be defined');
  return parsed.data.page_id;
};

const updates = z.object({
  content_updates: z.array(
    z.object({ old_str: z.string().min(1), new_str: z.string(), replace_all_matches: z.boolean().optional() }),
  ),
  allow_deleting_content: z.boolean().optional(),
});

/** What a request to change a text makes of it. */
function changed(now: string, { type, ...body }: Readonly<Record<string, unknown>>): string {
  if (type === 'insert_content') {
    const { content } = z
      .object({ content: z.string(), position: z.object({ type: z.literal('end') }) })
      .parse(body['insert_content']);
    return `${now}\n${content}`;
  }
  if (type !== 'update_content') throw new Refusal(400, 'validation_error', 'not here');
  let next = now;
  for (const { old_str, new_str } of updates.parse(body['update_content']).content_updates) {
    const at = next.indexOf(old_str);
    if (at < 0) throw new Refusal(400, 'validation_error', 'old_str was not found in the page');
    next = next.slice(0, at) + new_str + next.slice(at + old_str.length);
  }
  return next;
}

const markdownOf = ({ workspace, id }: Call): object => {
  const page = pageIn({ workspace, id });
  const whole = workspace.textOf(page);
  const markdown = page.truncated ? whole.slice(0, whole.length / 2) : whole;
  return { object: 'page_markdown', id, markdown, truncated: page.truncated, unknown_block_ids: [] };
};

/** By method and template of the path. */
export const routes: Readonly<Record<string, Route>> = {
  'GET /v1/users/me': { needs: null, answer: ({ bot }) => userView(bot) },
  'GET /v1/users': {
    needs: 'users',
    answer: ({ workspace, query }) => {
      // Guests are in no list of users.
      const members = workspace.users.filter(({ guest }) => !guest).map(userView);
      return listed(members, query.get('page_size'), query.get('start_cursor'));
    },
  },
  'POST /v1/search': {
    needs: 'read',
    answer: ({ workspace, body }) => {
      const asked = text(body['query'], 'query').toLowerCase().split(/\s+/).filter(Boolean);
      const found = [...workspace.pages.values()]
        .filter((page) => !page.in_trash && workspace.sees(page))
        .filter(({ title }) => asked.every((word) => title.toLowerCase().includes(word)))
        .map((page) => pageView(workspace, page, workspace.believed.get(page.id) ?? page.parent));
      return listed(found, body['page_size'], body['start_cursor']);
    },
  },
  'GET /v1/pages/{page_id}': { needs: 'read', answer: (call) => pageView(call.workspace, pageIn(call)) },
  'GET /v1/pages/{page_id}/markdown': { needs: 'read', answer: markdownOf },
  'PATCH /v1/pages/{page_id}/markdown': {
    ...{ needs: 'update', writes: true },
    answer: (call) => {
      const page = openPage(call);
      const options = updates.safeParse(call.body['update_content']).data;
      const next = changed(call.workspace.textOf(page), call.body);
      call.workspace.write(page, call.bot.id, next, { mayDelete: options?.allow_deleting_content === true });
      return markdownOf(call);
    },
  },
  'POST /v1/pages': {
    ...{ needs: 'insert', writes: true },
    answer: ({ workspace, bot, body }) => {
      const parent = openPage({ workspace, id: parentIn(body['parent']) });
      const about = { title: titleIn(body['properties']) ?? '', by: bot.id, parent: parent.id };
      const page = workspace.page(about);
      if (body['markdown'] !== undefined) workspace.write(page, bot.id, text(body['markdown'], 'markdown'));
      return pageView(workspace, page);
    },
  },
  'PATCH /v1/pages/{page_id}': {
    ...{ needs: 'update', writes: true },
    answer: (call) => {
      const { workspace, bot, body } = call;
      const page = pageIn(call);
      if (typeof body['in_trash'] === 'boolean') workspace.trash(page, bot.id, body['in_trash']);
      const title = titleIn(body['properties']);
      if (title !== undefined) workspace.edit(openPage(call), bot.id, { title });
      return pageView(workspace, page);
    },
  },
  'POST /v1/pages/{page_id}/move': {
    ...{ needs: 'update', writes: true },
    answer: (call) => {
      const page = openPage(call);
      const to = openPage({ ...call, id: parentIn(call.body['parent']) });
      call.workspace.move(page, to.id, call.bot.id);
      return pageView(call.workspace, page);
    },
  },
  'GET /v1/blocks/{block_id}': {
    needs: 'read',
    answer: ({ workspace, id }) => {
      const holder = [...workspace.pages.values()].find(({ blocks }) => blocks.some((block) => block.id === id));
      const block = holder?.blocks.find((each) => each.id === id);
      if (!holder || !block || !workspace.sees(holder))
        throw new Refusal(404, 'object_not_found', 'Could not find block');
      return blockView(workspace, holder, block);
    },
  },
  'GET /v1/blocks/{block_id}/children': {
    needs: 'read',
    answer: ({ workspace, id, query }) => {
      const page = workspace.pages.get(id);
      const holder =
        page ?? [...workspace.pages.values()].find(({ blocks }) => blocks.some((block) => block.id === id));
      if (holder === undefined || !workspace.sees(holder))
        throw new Refusal(404, 'object_not_found', 'Could not find block');
      const within = holder.blocks.find((block) => block.id === id);
      const nested = (within ? pagesIn(within) : []).map((each) => ({ id: each, lines: [], page: each }));
      const blocks = (page ? page.blocks : nested).filter(
        (block) => block.page === null || workspace.pages.get(block.page)?.in_trash === false,
      );
      return listed(
        blocks.map((block) => blockView(workspace, holder, block)),
        query.get('page_size'),
        query.get('start_cursor'),
      );
    },
  },
  'GET /v1/comments': {
    needs: 'read comments',
    answer: ({ workspace, query }) => {
      const page = pageIn({ workspace, id: query.get('block_id') ?? '' });
      const all = workspace.comments.filter(({ pageId }) => pageId === page.id).map(commentView);
      return listed(all, query.get('page_size'), query.get('start_cursor'));
    },
  },
  'POST /v1/comments': {
    ...{ needs: 'insert comments', writes: true },
    answer: ({ workspace, bot, body }) => {
      const said = wordsIn(body['rich_text']);
      const to = body['discussion_id'];
      const begun = workspace.comments.find(({ discussion }) => discussion === to);
      if (to !== undefined && begun === undefined)
        throw new Refusal(404, 'object_not_found', 'Could not find discussion');
      const page = openPage({ workspace, id: begun?.pageId ?? parentIn(body['parent']) });
      return commentView(workspace.say(page, bot.id, said, begun?.discussion));
    },
  },
  'PATCH /v1/comments/{comment_id}': {
    ...{ needs: 'insert comments', writes: true },
    answer: ({ workspace, bot, id, body }) => {
      const comment = workspace.comments.find((each) => each.id === id);
      if (comment?.by !== bot.id) throw new Refusal(404, 'object_not_found', 'Could not find comment');
      workspace.reword(comment, wordsIn(body['rich_text']));
      return commentView(comment);
    },
  },
};

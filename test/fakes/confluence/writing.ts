import { AppError } from '#shared/errors.ts';
import { type Answer, ok } from '../common/answer.ts';
import { type Call, commentIn, commentView, gone, pageIn, pageView, Refusal } from './call.ts';
import { type FakePage, type FakeSpace, newest } from './site.ts';

/** The longest document that is taken. */
const mostBody = 5 * 1024 * 1024;

type Text = { readonly representation: string; readonly value: string };

function textIn(body: unknown): string {
  const { representation, value } = (body as { body: Text }).body;
  if (representation !== 'storage') throw new Refusal(400, 'Another representation');
  if (value.length > mostBody) throw new Refusal(413, 'The content is too large');
  return value;
}

/** What is no document is refused, as whatever keeps it finds out. */
function keeping<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError) throw new Refusal(400, 'Error parsing xhtml');
    throw error;
  }
}

function assertMay({ site, account }: Call, space: FakeSpace, what: string): void {
  if (!site.may(account, space, what) || space.status === 'archived') throw gone();
}

/** Titles are given once in a space. */
function assertTitle({ site }: Call, spaceId: string, title: string, except?: string): void {
  const isTaken = [...site.pages.values()].some(
    (page) =>
      page.spaceId === spaceId && page.id !== except && page.status === 'current' && newest(page).title === title,
  );
  if (isTaken) throw new Refusal(400, 'A page already exists with the same TITLE in this space');
}

const withBody = (call: Call): Call => ({ ...call, query: new URLSearchParams({ 'body-format': 'storage' }) });

export function createPage(call: Call): Answer {
  const { site, account, query } = call;
  const { spaceId, title, parentId } = call.body as { spaceId: string; title: string; parentId?: string };
  const space = site.spaces.find(({ id }) => id === spaceId);
  if (space === undefined || !site.may(account, space)) throw gone();
  assertMay(call, space, 'create page');
  if (title.length > 255) throw new Refusal(400, 'The title is too long');
  assertTitle(call, spaceId, title);
  const holder = parentId === undefined ? undefined : pageIn(call, parentId);
  if (holder !== undefined && (holder.spaceId !== spaceId || holder.status !== 'current')) throw gone();
  const top = query.get('root-level') === 'true' ? null : space.homepageId;
  const made = keeping(() =>
    site.page(spaceId, { title, body: textIn(call.body), by: account, parentId: parentId ?? top }),
  );
  return ok(pageView(withBody(call), made));
}

export function updatePage(call: Call): Answer {
  const { site, account } = call;
  const { id, title, version } = call.body as {
    id: string;
    title: string;
    version: { number: number; message?: string };
  };
  const page = pageIn(call);
  const wanted = textIn(call.body);
  if (id !== page.id) throw new Refusal(400, 'The ids are not the same');
  assertMay(call, site.spaceOf(page), 'update page');
  if (page.status === 'archived') throw new Refusal(400, 'It is archived');
  const { number } = newest(page);
  if (version.number !== number + 1) {
    throw new Refusal(409, `Version must be incremented on update. Current version is: ${number}`);
  }
  assertTitle(call, page.spaceId, title, page.id);
  if (page.status === 'trashed') site.unbin(page);
  else {
    const message = version.message === undefined ? {} : { message: version.message };
    keeping(() => site.edit(page, account, { title, body: wanted, ...message }));
  }
  return ok(pageView(withBody(call), page));
}

export function deletePage(call: Call): Answer {
  const page = pageIn(call);
  assertMay(call, call.site.spaceOf(page), 'delete page');
  if (page.status === 'trashed') throw gone();
  call.site.bin(page);
  return { status: 204 };
}

export function movePage(call: Call): Answer {
  const { site, parts } = call;
  const page = pageIn(call);
  const target = pageIn(call, parts['targetId'] ?? '');
  const to = site.spaceOf(target);
  if (target.status !== 'current' || page.status !== 'current') throw gone();
  if (!site.may(call.account, to, 'create page') || to.status === 'archived') throw new Refusal(403, 'You may not');
  const parent: FakePage | null =
    parts['position'] === 'append' ? target : (target.parentId && site.pages.get(target.parentId)) || null;
  const path = parent === null ? [] : [...site.above(parent), parent];
  if (path.some(({ id }) => id === page.id)) throw new Refusal(400, 'That would be a loop');
  if (to.id !== page.spaceId) assertTitle(call, to.id, newest(page).title);
  site.moveTo(page, to.id, parent?.id ?? null);
  return ok({ pageId: page.id });
}

export function createComment(call: Call): Answer {
  const { site, account } = call;
  const { pageId, parentCommentId } = call.body as { pageId?: string; parentCommentId?: string };
  const answered = parentCommentId === undefined ? null : commentIn(call, parentCommentId);
  const page = pageIn(call, answered?.pageId ?? pageId ?? '');
  assertMay(call, site.spaceOf(page), 'create comment');
  if (page.status !== 'current') throw gone();
  const made = keeping(() => site.say(page, textIn(call.body), account, answered?.id ?? null));
  return { status: 201, body: commentView(withBody(call), made) };
}

export function updateComment(call: Call): Answer {
  const { account } = call;
  const { version } = call.body as { version: { number: number; message?: string } };
  const comment = commentIn(call);
  const { number, authorId } = newest(comment);
  if (authorId !== account) throw new Refusal(403, 'It is by somebody else');
  if (version.number !== number + 1) throw new Refusal(409, `Current version is: ${number}`);
  const next = { number: number + 1, createdAt: call.site.at(), authorId: account, title: '', body: textIn(call.body) };
  comment.versions.push({ ...next, message: version.message ?? '' });
  return ok(commentView(withBody(call), comment));
}

import { type Answer, ok, Refused } from '../common/answer.ts';
import { type ConfluenceSite, type FakeComment, type FakePage, newest } from './site.ts';

/** One request, once it is known whose it is and what it asks for. */
export type Call = {
  readonly site: ConfluenceSite;
  readonly account: string;
  /** The parts of the path that its template names. */
  readonly parts: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
};

/** A request that Confluence does not take. */
export class Refusal extends Refused {
  constructor(status: number, message: string) {
    super(message, { status, body: { errors: [{ status, code: 'NO', title: message }] } });
  }
}

export const gone = (): Refusal => new Refusal(404, 'Not Found');

/** The page that the path names, as far as its caller may see it. */
export function pageIn({ site, account, parts }: Call, id = parts['id'] ?? ''): FakePage {
  const found = site.pages.get(id);
  if (found === undefined || !site.sees(account, found)) throw gone();
  return found;
}

export function commentIn(call: Call, id = call.parts['id'] ?? ''): FakeComment {
  const found = call.site.comments.get(id);
  if (found === undefined) throw gone();
  pageIn(call, found.pageId);
  return found;
}

/** Some of many, from where the cursor says. */
export function listed<T>({ query }: Call, path: string, all: readonly T[], most = 250): Answer {
  const cursor = query.get('cursor');
  const start = cursor === null ? 0 : Number(/^c(\d{1,6})$/.exec(cursor)?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) throw new Refusal(400, 'Invalid cursor');
  const end = start + Math.min(Number(query.get('limit') ?? 25), most);
  const next = new URLSearchParams(query);
  next.set('cursor', `c${end}`);
  const links = end < all.length ? { next: `/wiki/${path}?${next}` } : {};
  return ok({ results: all.slice(start, end), _links: { ...links, base: 'https://site.example/wiki' } });
}

export function pageView(call: Pick<Call, 'site' | 'query'>, page: FakePage, version = newest(page)): object {
  const { number, createdAt, message, authorId, title, body } = version;
  const { key } = call.site.spaceOf(page);
  return {
    ...{ id: page.id, status: page.status, title, spaceId: page.spaceId, parentId: page.parentId },
    ...{ parentType: page.parentId === null ? null : 'page', position: 1, authorId: page.authorId },
    createdAt: page.versions[0]?.createdAt,
    version: { number, createdAt, message, minorEdit: false, authorId },
    ...(call.query.has('body-format') && { body: { storage: { representation: 'storage', value: body } } }),
    _links: { webui: `/spaces/${encodeURIComponent(key)}/pages/${page.id}/${encodeURIComponent(title)}` },
  };
}

export function commentView({ query }: Pick<Call, 'query'>, comment: FakeComment): object {
  const { number, createdAt, message, authorId, body } = newest(comment);
  return {
    ...{ id: comment.id, status: 'current', title: 'Re: it' },
    ...(comment.parentCommentId === null ? { pageId: comment.pageId } : { parentCommentId: comment.parentCommentId }),
    version: { number, createdAt, message, minorEdit: false, authorId },
    ...(query.has('body-format') && { body: { storage: { representation: 'storage', value: body } } }),
    _links: { webui: `/spaces/X/pages/${comment.pageId}?focusedCommentId=${comment.id}` },
  };
}

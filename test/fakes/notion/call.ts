import { type Answer, Refused } from '../common/answer.ts';
import type { FakePage, FakeUser, NotionWorkspace } from './workspace.ts';

/** What an integration may be allowed to do. */
export type Capability = 'read' | 'update' | 'insert' | 'read comments' | 'insert comments' | 'users';

/** One request, once it is known whose it is and what it asks for. */
export type Call = {
  readonly workspace: NotionWorkspace;
  readonly bot: FakeUser;
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
};

/** A request that Notion does not take. */
export class Refusal extends Refused {
  constructor(status: number, code: string, message: string) {
    super(message, { status, body: { object: 'error', status, code, message, request_id: 'r1' } });
  }
}

/** What goes wrong in Notion, as it words it. */
export const failure = (status: number, code: string, headers: Answer['headers'] = {}): Answer => ({
  ...new Refusal(status, code, 'Secret words of the upstream.').answer,
  headers,
});

/** A page that is shared with the integration. Of any other it says the same as of one that is not there. */
export function pageIn({ workspace, id }: Pick<Call, 'workspace' | 'id'>): FakePage {
  const page = workspace.pages.get(id);
  if (page !== undefined && workspace.sees(page)) return page;
  throw new Refusal(404, 'object_not_found', `Could not find page with ID: ${id}. Make sure it is shared.`);
}

/** One that can be changed. */
export function openPage(call: Pick<Call, 'workspace' | 'id'>): FakePage {
  const page = pageIn(call);
  if ([page, ...call.workspace.above(page)].some(({ in_trash }) => in_trash)) {
    throw new Refusal(400, 'validation_error', "Can't edit block that is archived. You must unarchive it first.");
  }
  return page;
}

export const text = (value: unknown, what: string): string => {
  if (typeof value === 'string') return value;
  throw new Refusal(400, 'validation_error', `${what} should be a string`);
};

/** Some of many, from where the cursor says. */
export function listed<T>(all: readonly T[], size: unknown, cursor: unknown): object {
  const count = size === undefined || size === null ? 100 : Number(size);
  const start = cursor === undefined || cursor === null ? 0 : Number(/^c(\d{1,6})$/.exec(String(cursor))?.[1] ?? -1);
  if (count > 100 || start < 0) throw new Refusal(400, 'validation_error', 'start_cursor or page_size is invalid');
  const end = start + count;
  const has_more = end < all.length;
  return { object: 'list', results: all.slice(start, end), next_cursor: has_more ? `c${end}` : null, has_more };
}

import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { present } from './common.ts';

type List = (request: PageRequest) => Promise<Page<{ readonly body: { readonly text: string } }>>;

/** The texts of the first two pages of a list of comments, of two each, and whether there are more. */
export async function firstComments(list: List) {
  const first = await list({ limit: 2 });
  const second = await list({ limit: 2, cursor: present(first.cursor) });
  const texts = [first, second].map(({ items }) => items.map(({ body }) => body.text.trim()));
  return { texts, more: second.cursor !== null };
}

import type { PageRef } from '#capabilities/knowledge/types.ts';
import type { PageLink } from '#capabilities/knowledge-read/ports.ts';
import type { Asking } from './asking.ts';
import { aboveEach, pagesById, rawPage, refOf } from './pages.ts';

/** As many pages that a page leads to are looked up, each with what is above it. */
const mostLinks = 20;

/**
 * Pages that a page leads to by their addresses on the site, which have their ids. Links by a title alone are in the text,
 * as placeholders; what leads to a page, Confluence's API does not tell.
 */
export async function readLinks(
  asking: Asking,
  ref: PageRef,
): Promise<{ readonly to: readonly PageLink[]; readonly from: readonly PageLink[] }> {
  const native = (await rawPage(asking, ref.id))?.body?.storage?.value ?? '';
  const ids = new Set(addresses(asking.site, native));
  ids.delete(ref.id);
  const pages = await pagesById(asking, [...ids].slice(0, mostLinks));
  const aboveOf = aboveEach(asking);
  const to = await Promise.all(
    [...pages.values()].map(async (page) => {
      const [namespace, above] = await Promise.all([asking.spaces.byId(page.spaceId), aboveOf(page)]);
      return namespace === null ? null : { ...refOf(asking.site, page, namespace), above };
    }),
  );
  return { to: to.filter((each) => each !== null), from: [] };
}

/** `/wiki/spaces/OPS/pages/123/Title`, `/wiki/pages/viewpage.action?pageId=123`, and what names a page by its id. */
function addresses(site: string, native: string): readonly string[] {
  const urls = [...native.matchAll(/href="([^"]{1,2000})"/gu)].flatMap(([, href = '']) => {
    const text = href.replaceAll('&amp;', '&');
    return URL.canParse(text, site) ? [new URL(text, site)] : [];
  });
  const ours = urls.filter(({ origin, pathname }) => origin === site && pathname.startsWith('/wiki/'));
  const named = [...native.matchAll(/ri:content-id="(\d{1,19})"/gu)].map(([, id = '']) => id);
  const found = ours.map(
    ({ pathname, searchParams }) => /\/pages\/(\d{1,19})(?:\/|$)/.exec(pathname)?.[1] ?? searchParams.get('pageId'),
  );
  return [...named, ...found.filter((id) => id !== null && id !== undefined)];
}

import * as z from 'zod';
import { cursorInput, fittedPage } from '#capabilities/common/fit.ts';
import { hiddenLeftOut, showing } from '#capabilities/common/shown-text.ts';
import { toldIn } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { sameNamespace } from '#capabilities/knowledge/keys.ts';
import { audience } from '#shared/tools/index.ts';
import type { Allowed } from './find-page.ts';
import { coversNamespace, type Looking, pagesOf, pageView } from './listed-pages.ts';
import type { Namespace } from './ports.ts';
import { namespaceInput, pageInput, readTool } from './tool.ts';

const namespaceView = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  audience: audience.exactOptional(),
  archived: z.literal(true).exactOptional().describe('Nothing can be written there.'),
  pages: z.number().int().exactOptional().describe('How many pages it has.'),
});

const marked = ['namespaces[].name', 'pages[].title'] as const;

export const listPages = readTool({
  name: 'list_pages',
  title: 'List pages',
  description: `Lists the namespaces that you may read; with \`namespace\`, the pages at its top; with \`parent\`, those right under that page. search_pages finds pages by their words. ${untrustedNote}`,
  input: z
    .strictObject({
      namespace: namespaceInput.optional(),
      parent: pageInput.optional().describe('A page by its id: shows the pages right under it.'),
      at: z.iso.datetime({ offset: true }).optional().describe('As it was at that moment (ISO 8601).'),
      limit: z.number().int().min(1).max(100).default(30).describe('How many at most; 30 unless given.'),
      cursor: cursorInput,
    })
    .refine(({ namespace, parent, at }) => at === undefined || namespace !== undefined || parent !== undefined, {
      error: 'at needs a namespace or a parent',
    }),
  output: z.strictObject({
    namespaces: z.array(namespaceView).exactOptional(),
    pages: z.array(pageView).exactOptional(),
    next_cursor: z.string().nullable(),
    ...hiddenLeftOut,
    untrusted: untrusted(marked),
  }),
  asks: ({ namespace }) => (namespace === undefined ? [] : [{ want: 'read', namespace }]),
  names: ({ namespace, parent, at }) => ({
    ...(namespace !== undefined && { namespace }),
    ...(parent !== undefined && { page: parent }),
    ...(at !== undefined && { at }),
  }),
  read: async (wanted, reader, may, opened) => {
    const { show, leftOut } = showing();
    const looking = { reader, show, allowed: { may, opened }, ...wanted };
    const isPages = wanted.namespace !== undefined || wanted.parent !== undefined;
    const listed = isPages ? await pagesOf(looking) : await namespacesOf(looking);
    return { ...listed, ...leftOut(), untrusted: [...marked] };
  },
  told: toldIn,
});

/** The namespaces that the scope names, so many at a time. */
async function namespacesOf({ reader, allowed, show, ...request }: Looking) {
  const page = await fittedPage(
    request,
    async ({ limit, cursor }) => {
      const start = Number(cursor ?? 0);
      const named = allowed.opened.slice(start, start + limit);
      const items = await Promise.all(named.map(({ namespace }) => reader.namespace(namespace)));
      return { items, cursor: start + limit < allowed.opened.length ? String(start + limit) : null };
    },
    (found) => (found === null || !coversNamespace(allowed, found) ? null : namespaceViewOf(found, allowed, show)),
  );
  return { namespaces: page.items, next_cursor: page.next_cursor };
}

function namespaceViewOf(found: Namespace, { opened }: Allowed, show: (text: string) => string) {
  const { key, name, archived, pages } = found;
  // How many there are beside those that the scope is limited to is not told.
  const isWhole = opened.some((each) => sameNamespace(each.namespace, key) && each.under === undefined);
  return {
    ...{ namespace: key, name: shorten(show(name), 100) },
    ...(found.audience !== undefined && { audience: found.audience }),
    ...(archived && { archived }),
    ...(isWhole && pages !== null && { pages }),
  };
}

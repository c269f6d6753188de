import * as z from 'zod';
import { cursorInput, fittedPage } from '#capabilities/common/fit.ts';
import { hiddenLeftOut, showing } from '#capabilities/common/shown-text.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import type { Revision } from '#capabilities/knowledge/types.ts';
import { coversPlace, findPage } from './find-page.ts';
import { provenanceOf, provenanceView } from './provenance-view.ts';
import { toldOfPage } from './told.ts';
import { asksNothingYet, namesPage, pageInput, readTool } from './tool.ts';
import { visiblePage } from './visible.ts';

const marked = ['revisions[].title', 'revisions[].note', 'revisions[].by', 'revisions[].source'] as const;

export const getPageHistory = readTool({
  name: 'get_page_history',
  title: 'Get the history of a page',
  description: `Lists the revisions of a page, newest first: when, by whom, and how far they can be relied on. read_page shows one by \`revision\`, diff_page what changed between two. ${untrustedNote}`,
  input: z.strictObject({
    page: pageInput,
    limit: z.number().int().min(1).max(100).default(20).describe('How many at most; 20 unless given.'),
    cursor: cursorInput,
  }),
  output: z.strictObject({
    page: z.string(),
    version: z.string().describe('The revision that you see now.'),
    revisions: z.array(
      z.strictObject({
        revision: z.string(),
        at: z.string(),
        title: z.string(),
        note: z.string().exactOptional(),
        ...provenanceView.shape,
      }),
    ),
    next_cursor: z.string().nullable(),
    ...hiddenLeftOut,
    untrusted: untrusted(marked),
  }),
  asks: asksNothingYet,
  names: namesPage,
  read: async ({ page: id, limit, cursor }, reader, may, opened) => {
    const allowed = { may, opened };
    const page = await findPage(reader, id, allowed);
    const { show, leftOut } = showing();
    const view = (found: Revision) => {
      const { title, note, provenance } = found;
      const shown = {
        ...{ revision: found.id, at: found.at, title: shorten(show(title), 200) },
        ...(note !== null && { note: shorten(show(note), 300) }),
        ...provenanceOf(provenance, show),
      };
      return telling(shown, toldOfPage({ id: page.id, title }, { revision: found.id, trust: provenance.trust }));
    };
    const isVisible = ({ place }: Revision): boolean => coversPlace(allowed, page.id, place);
    const found = await fittedPage(
      { limit, cursor },
      (request) => visiblePage(request, (each) => reader.history(page, each), isVisible),
      view,
    );
    return {
      ...{ page: page.id, version: page.revision.id, revisions: found.items, next_cursor: found.next_cursor },
      ...{ ...leftOut(), untrusted: [...marked] },
    };
  },
  told: toldIn,
});

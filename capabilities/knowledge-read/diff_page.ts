import * as z from 'zod';
import { hiddenLeftOut, showing } from '#capabilities/common/shown-text.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { partOf, rangeInput, textPart } from '#capabilities/common/text-part.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { revisionId } from '#capabilities/knowledge/keys.ts';
import { AppError } from '#shared/errors.ts';
import { findPage, findPast } from './find-page.ts';
import { lineDiff } from './line-diff.ts';
import type { KnowledgePage, PastPage } from './ports.ts';
import { provenanceOf, provenanceView } from './provenance-view.ts';
import { toldOfPage } from './told.ts';
import { asksNothingYet, namesPage, pageInput, readTool } from './tool.ts';

/** Room for the lines of a diff, in bytes of JSON. */
const diffBytes = 9_000;

const side = z.strictObject({ revision: z.string(), at: z.string(), title: z.string(), ...provenanceView.shape });

const marked = ['diff.text', 'from.title', 'from.by', 'from.source', 'to.title', 'to.by', 'to.source'] as const;

export const diffPage = readTool({
  name: 'diff_page',
  title: 'Compare revisions of a page',
  description: `Shows what changed of a page between two revisions, as a unified diff of its lines; a long one in parts. get_page_history lists the revisions. ${untrustedNote}`,
  input: z.strictObject({
    page: pageInput,
    from: revisionId.describe('The earlier revision.'),
    to: revisionId.optional().describe('The later one; what you see now unless given.'),
    ...rangeInput,
  }),
  output: z.strictObject({
    page: z.string(),
    from: side,
    to: side,
    added: z.number().int().describe('How many lines.'),
    removed: z.number().int().describe('How many lines.'),
    diff: textPart.describe('Lines count those of the diff itself.'),
    ...hiddenLeftOut,
    untrusted: untrusted(marked),
  }),
  asks: asksNothingYet,
  names: ({ page, from, to }) => ({ ...namesPage({ page }), from, ...(to !== undefined && { to }) }),
  read: async (wanted, reader, may, opened) => {
    const allowed = { may, opened };
    const page = await findPage(reader, wanted.page, allowed);
    const [from, to] = await Promise.all([
      findPast(reader, page, { revision: wanted.from }, allowed),
      wanted.to === undefined ? page : findPast(reader, page, { revision: wanted.to }, allowed),
    ]);
    const { show, leftOut } = showing();
    const found = lineDiff(show(from.body.text), show(to.body.text));
    if (found === null) throw tooDifferent(from, to);
    const again = `from ${JSON.stringify(wanted.from)} and to ${JSON.stringify(to.revision.id)} and `;
    return {
      page: page.id,
      ...{ from: sideOf(page.id, from, show), to: sideOf(page.id, to, show) },
      ...{ added: found.added, removed: found.removed, diff: partOf(found.text, wanted, diffBytes, again) },
      ...{ ...leftOut(), untrusted: [...marked] },
    };
  },
  told: toldIn,
});

function sideOf(id: string, { revision }: PastPage | KnowledgePage, show: (text: string) => string) {
  const { title, provenance } = revision;
  const shown = {
    revision: revision.id,
    at: revision.at,
    title: shorten(show(title), 250),
    ...provenanceOf(provenance, show),
  };
  return telling(shown, toldOfPage({ id, title }, { revision: revision.id, trust: provenance.trust }));
}

function tooDifferent(from: PastPage, to: PastPage | KnowledgePage): AppError {
  const which = `${JSON.stringify(from.revision.id)} and ${JSON.stringify(to.revision.id)}`;
  return new AppError('unsupported', `The revisions ${which} have too little in common to be compared line by line.`, {
    next: 'Read each with read_page and `revision`.',
  });
}

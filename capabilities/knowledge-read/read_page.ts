import * as z from 'zod';
import { cursorInput, jsonBytes } from '#capabilities/common/fit.ts';
import { hiddenLeftOut, showing } from '#capabilities/common/shown-text.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { partOf, rangeInput, textPart } from '#capabilities/common/text-part.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { commentId, revisionId } from '#capabilities/knowledge/keys.ts';
import { AppError } from '#shared/errors.ts';
import { commentShown, commentsOf, commentView } from './comments.ts';
import { type Allowed, findPage, findPast, whereOf } from './find-page.ts';
import { linksOf, linkView } from './links.ts';
import { outlineOf, outlineView } from './outline.ts';
import type { KnowledgePage, KnowledgeReader, PastPage, When } from './ports.ts';
import { provenanceOf, provenanceView } from './provenance-view.ts';
import { toldOfPage } from './told.ts';
import { asksNothingYet, namesPage, pageInput, readTool } from './tool.ts';

/** Room in a result of 12 KB, in bytes of JSON: for all of it, for one text alone, and for comments. */
const room = { all: 11_300, text: 9_500, comments: 2_000, olderComments: 8_000 };

const input = z
  .strictObject({
    page: pageInput,
    ...rangeInput,
    revision: revisionId.optional().describe('Shows the page as of this revision.'),
    at: z.iso.datetime({ offset: true }).optional().describe('Shows the page as it was at that moment (ISO 8601).'),
    comment: commentId.optional().describe('Shows this one comment whole, in place of the page.'),
    comments: z.number().int().min(0).max(50).default(5).describe('How many comments at most; 5 unless given.'),
    cursor: cursorInput.describe('The `next_cursor` of an answer: shows the comments before those it had.'),
  })
  .refine(({ revision, at }) => revision === undefined || at === undefined, {
    error: 'revision and at exclude each other',
  });
type Input = z.infer<typeof input>;

const marked = [
  ...(['title', 'where', 'by', 'source', 'note', 'text.text', 'outline[].heading', 'links[].title'] as const),
  ...(['linked_from[].title', 'comments[].body', 'comments[].by'] as const),
] as const;
const [first, ...others] = marked;

/** What is said of a page beside its text; left out where a part of the text, or comments, are shown alone. */
const about = z.strictObject({
  title: z.string(),
  namespace: z.string(),
  where: z.array(z.string()).describe('The titles of the pages above it, from the top.'),
  url: z.string(),
  updated_at: z.string(),
  note: z.string().exactOptional(),
  ...provenanceView.shape,
  published_version: z
    .string()
    .nullable()
    .exactOptional()
    .describe('What others see, as a revision, where this waits to be accepted; null where they see nothing.'),
  trashed: z.literal(true).exactOptional(),
  past: z.literal(true).exactOptional().describe('This is not what the page is now.'),
  outline: outlineView.exactOptional(),
  more_headings: z.literal(true).exactOptional(),
  links: z.array(linkView).exactOptional(),
  linked_from: z.array(linkView).exactOptional(),
  more_links: z.literal(true).exactOptional(),
  comments_total: z.number().int().nullable().exactOptional(),
});

export const readPage = readTool({
  name: 'read_page',
  title: 'Read a page',
  description: `Shows a page: its text in Markdown, headings, links to and from it, newest comments, and how far it can be relied on. \`version\` is what update_page takes. With start_line, only the text from there; with revision or at, what it was; with cursor, only older comments. ${untrustedNote}`,
  input,
  output: z.strictObject({
    page: z.string(),
    version: z.string().describe('The revision that is shown.'),
    ...about.partial().shape,
    text: textPart.exactOptional(),
    comments: z.array(commentView).exactOptional(),
    next_cursor: z.string().nullable(),
    ...hiddenLeftOut,
    untrusted: untrusted([first, ...others]),
  }),
  asks: asksNothingYet,
  names: ({ page, revision, at }) => ({
    ...namesPage({ page }),
    ...(revision !== undefined && { revision }),
    ...(at !== undefined && { at }),
  }),
  read: async (wanted, reader, may, opened) => {
    const allowed = { may, opened };
    const page = await findPage(reader, wanted.page, allowed);
    const { show, leftOut } = showing();
    const when = whenOf(wanted);
    const past = when === null ? null : await findPast(reader, page, when, allowed);
    const shown = await shownOf({ wanted, page, past, reader, allowed, show });
    const version = (past ?? page).revision.id;
    return { page: page.id, version, ...shown, ...leftOut(), untrusted: [...marked] };
  },
  told: toldIn,
});

function whenOf({ revision, at }: Input): When | null {
  if (revision !== undefined) return { revision };
  return at === undefined ? null : { at: new Date(at).toISOString() };
}

type Showing = {
  readonly wanted: Input;
  readonly page: KnowledgePage;
  readonly past: PastPage | null;
  readonly reader: KnowledgeReader;
  readonly allowed: Allowed;
  readonly show: (text: string) => string;
};

/** The part of the page that is wanted. */
async function shownOf(showing: Showing) {
  const { wanted, page, past, reader, show } = showing;
  const { comment, comments: limit, cursor } = wanted;
  if (comment !== undefined) return oneComment(showing, comment);
  if (cursor !== undefined) {
    const older = await commentsOf(
      reader,
      page,
      { limit: Math.max(limit, 1), cursor, bytes: room.olderComments },
      show,
    );
    return { comments: older.items, next_cursor: older.next_cursor };
  }
  const text = show((past ?? page).body.text);
  const part = (bytes: number) => toldText(showing, partOf(text, wanted, bytes, againWith(wanted)));
  if (wanted.start_line > 1 || wanted.start_column > 1) return { text: part(room.text), next_cursor: null };
  const [known, newest] = await Promise.all([
    aboutOf(showing),
    past === null && limit > 0 ? commentsOf(reader, page, { limit, bytes: room.comments }, show) : null,
  ]);
  const all = { ...known, ...outlineOf(text), ...(newest !== null && { comments: newest.items }) };
  const next = newest?.next_cursor ?? null;
  return { ...all, text: part(room.all - jsonBytes([all, next])), next_cursor: next };
}

/** What reading on takes beside the range. */
function againWith({ revision, at }: Input): string {
  if (revision !== undefined) return `revision ${JSON.stringify(revision)} and `;
  return at === undefined ? '' : `at ${JSON.stringify(at)} and `;
}

/** A part of the text, told of with what it is of. */
function toldText<Part extends object>({ page, past }: Showing, part: Part): Part {
  const { revision } = past ?? page;
  const title = past?.page.title ?? page.title;
  return telling(part, toldOfPage({ id: page.id, title }, { revision: revision.id, trust: revision.provenance.trust }));
}

async function oneComment({ wanted, page, reader, show }: Showing, id: string) {
  const found = await reader.comment(page, id);
  if (found === null) {
    throw new AppError('not_found', `There is no comment ${JSON.stringify(id)} on the page ${page.id}.`, {
      next: 'read_page shows the comments.',
    });
  }
  const { text, next } = partOf(show(found.body.text), wanted, room.text, `comment ${JSON.stringify(id)} and `);
  const shown = commentShown(found, page, show, { body: text, ...(next !== null && { next }) });
  return { comments: [shown], next_cursor: null };
}

async function aboutOf({ page, past, reader, allowed, show }: Showing) {
  const { revision } = past ?? page;
  const place = past === null ? page : past.place;
  const ref = past?.page ?? page;
  const isNow = revision.id === page.revision.id;
  return {
    ...{ title: shorten(show(ref.title), 250), namespace: place.namespace.key, where: whereOf(place, allowed, show) },
    ...{ url: page.url, updated_at: revision.at },
    ...(revision.note !== null && { note: shorten(show(revision.note), 300) }),
    ...provenanceOf(revision.provenance, show),
    ...(page.published !== undefined && isNow && { published_version: page.published?.revision.id ?? null }),
    ...((past ?? page).trashed && { trashed: true as const }),
    ...(!isNow && { past: true as const }),
    ...(past === null && { ...(await linksOf(reader, page, allowed, show)), comments_total: page.comments }),
  };
}

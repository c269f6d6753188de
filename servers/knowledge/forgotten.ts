import type { Page } from '#capabilities/common/page.ts';
import type { KnowledgeTarget, PageDocument } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader, PastListed, PastPage } from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWrite, KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import { thingOf } from '#capabilities/knowledge-write/tool.ts';
import type { WriterDoor } from '#shared/changes/permit.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { forgottenAmong, isAnyForgotten } from '#shared/ledger/tombstones.ts';
import { NotDone } from '#shared/tools/index.ts';

/** The digest of a page's text, by which it is known again; null of one that says nothing. */
export function digestOfText(text: string): string | null {
  return text.trim() === '' ? null : sha256(text);
}

/** What is asked of a page: whether it, or a text of it, was forgotten. One that is still to be made has no id. */
type Asked = { readonly id: string | null; readonly body?: PageDocument; readonly digest?: string };

/** Answers which of some pages were not forgotten. */
type Left = <T>(pages: readonly T[], asked: (page: T) => Asked) => Promise<readonly T[]>;

/**
 * A reader to whom pages that were forgotten are not there, nor any state of another page that says word for word what one
 * of them said.
 */
export function withoutForgotten(reader: KnowledgeReader, db: LedgerDb, server: string): KnowledgeReader {
  const left = lookUp(db, server);
  const unless = async <T>(page: T | null, asked: (page: T) => Asked): Promise<T | null> =>
    page === null ? null : ((await left([page], asked))[0] ?? null);
  const among = async <T>({ items, cursor }: Page<T>, asked: (page: T) => Asked): Promise<Page<T>> => ({
    items: await left(items, asked),
    cursor,
  });
  const byId = ({ id }: { readonly id: string }): Asked => ({ id });
  return {
    ...reader,
    search: async (query, request) => {
      const { items, cursor } = await among(await reader.search(query, request), byId);
      if (items.length === 0 || !(await isAnyForgotten(db, server))) return { items, cursor };
      // A snippet is not all that a page says: only the page itself tells whether it was forgotten.
      const pages = await Promise.all(items.map(({ id }) => reader.page(id)));
      const there = await left(
        pages.filter((page) => page !== null),
        (page) => page,
      );
      return { items: items.filter(({ id }) => there.some((page) => page.id === id)), cursor };
    },
    page: async (id) => unless(await reader.page(id), (page) => page),
    past: async (page, when) => unless(await reader.past(page, when), asPast),
    children: async (namespace, parent, request) => among(await reader.children(namespace, parent, request), byId),
    pastPages: async (namespace, at, request) => among(await reader.pastPages(namespace, at, request), asListed),
    links: async (page) => {
      const { to, from } = await reader.links(page);
      return { to: await left(to, byId), from: await left(from, byId) };
    },
  };
}

/** The same of a door: its writers write nothing of that again, and to no page that was forgotten but to its trash. */
export function refusingForgotten(
  door: WriterDoor<KnowledgeWriter, KnowledgeTarget>,
  db: LedgerDb,
  server: string,
): WriterDoor<KnowledgeWriter, KnowledgeTarget> {
  const left = lookUp(db, server);
  return {
    ...door,
    open: async (permit) => {
      const { write } = await door.open(permit);
      return {
        write: async (wanted, mark, origin) => {
          const pages = writtenIn(wanted);
          if ((await left(pages, (page) => page)).length < pages.length) throw forgotten();
          return write(wanted, mark, origin);
        },
      };
    },
  };
}

function lookUp(db: LedgerDb, server: string): Left {
  return async (pages, asked) => {
    const named = pages.map((page) => namesOf(asked(page)));
    const things = named.flatMap(({ thing }) => thing ?? []);
    const digests = named.flatMap(({ digest }) => digest ?? []);
    const gone = await forgottenAmong(db, server, { things, digests });
    return pages.filter((_, at) => !Object.values(named[at] ?? {}).some((name) => name !== null && gone.has(name)));
  };
}

function namesOf({ id, body, digest }: Asked): { readonly thing: string | null; readonly digest: string | null } {
  return {
    thing: id === null ? null : thingOf({ page: id }),
    digest: digest ?? (body === undefined ? null : digestOfText(body.text)),
  };
}

function asPast({ page, body }: PastPage): Asked {
  return { id: page.id, body };
}

/** What says nothing has a digest too, which no tombstone has. */
function asListed({ page, digest }: PastListed): Asked {
  return { id: page.id, digest };
}

/** The pages that a write is to, each with the text that it gets. */
function writtenIn(wanted: KnowledgeWrite): readonly Asked[] {
  if (wanted.kind === 'create') return [{ id: null, body: wanted.body }];
  if (wanted.kind === 'bring_back')
    return wanted.pages.flatMap((page) => (page.kind === 'trash' ? [] : [askedOf(page)]));
  return wanted.kind === 'trash' ? [] : [askedOf(wanted)];
}

function askedOf(wanted: {
  readonly page: { readonly id: string };
  readonly kind: string;
  readonly body?: PageDocument;
}) {
  const isText = ['update', 'text', 'comment', 'edit_comment'].includes(wanted.kind);
  return { id: wanted.page.id, ...(isText && wanted.body !== undefined && { body: wanted.body }) };
}

function forgotten(): NotDone {
  return new NotDone('refused', 'This page, or this very text, was forgotten: it is not written again.');
}

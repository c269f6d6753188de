import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import { namespaceRef } from '#servers/knowledge/embedded/read/view.ts';
import { byPerson } from '#servers/knowledge/embedded/store/author.ts';
import { bodyText } from '#servers/knowledge/embedded/store/bodies.ts';
import { addCommentRow } from '#servers/knowledge/embedded/store/comments.ts';
import { archiveNamespace, namespaceByKey } from '#servers/knowledge/embedded/store/namespaces.ts';
import { revisePage } from '#servers/knowledge/embedded/store/pages.ts';
import { pageByRef } from '#servers/knowledge/embedded/store/places.ts';
import { revisionById } from '#servers/knowledge/embedded/store/revisions.ts';
import { momentOf } from '#servers/knowledge/embedded/store/store.ts';
import { movePage } from '#servers/knowledge/embedded/write/moves.ts';
import { knowledgeContract } from '#test/contracts/knowledge/contract.ts';
import type { KnowledgePlace } from '#test/contracts/knowledge/place.ts';
import { openBase, person, placeOf, present } from './base.ts';

/** The network between server and backend is a call here: what gets lost of it is lost around the door. */
knowledgeContract(async (): Promise<KnowledgePlace> => {
  const base = openBase({ now: Date.now });
  const { store, reader, door, as, people, add, page } = base;
  archiveNamespace(store, 'people', true);
  let lost: 'answer' | 'request' | null = null;
  const losing = (writer: KnowledgeWriter): KnowledgeWriter => ({
    write: async (...wanted) => {
      const what = lost;
      lost = null;
      if (what === 'request') throw new Error('the request was lost');
      const written = await writer.write(...wanted);
      if (what === 'answer') throw new Error('the answer was lost');
      return written;
    },
  });
  const say = (id: string, text: string, author: ReturnType<typeof byPerson>) =>
    addCommentRow(store, {
      ...{ page: present(pageByRef(store, id)).id, text, replyTo: null, author, accepted: true, at: momentOf(store) },
    });
  return {
    backend: {
      reader,
      readerFor: (viewer) => (viewer.kind === 'agent' ? as(viewer.agent) : people),
      close: async () => store.close(),
      door: { ...door, open: async (permit) => losing(await door.open(permit)) },
    },
    ...{ namespace: 'handbook', elsewhere: 'notes', archived: 'people', settleMs: 5_000, paceMs: 0 },
    able: {
      ...{ searchesTexts: true, searchesJapanese: true, searchesAnyWord: true, scoresApart: true },
      ...{ scoresUnderApart: true, links: true, movesBetween: true, preconditions: true },
    },
    others: {
      add: async (namespace, { title, text, parent }) =>
        add(namespace, { title, text, ...(parent !== undefined && { under: parent }) }),
      edit: async ({ id }, { title, text }) =>
        store.write(() => {
          const row = present(pageByRef(store, id));
          const now = revisionById(store, present(row.published));
          const to = { title: title ?? now.title, text: text ?? bodyText(store, now.body) };
          const about = { author: byPerson('bob'), note: null, accepted: true, at: momentOf(store) };
          revisePage(store, { page: row.id, ...to, ...about });
        }),
      move: async ({ id }) => {
        const at = await page(id);
        const to = { namespace: namespaceRef(present(namespaceByKey(store, 'notes'))), above: [] };
        store.write(() => {
          const writing = { store, changeId: 'by hand', origin: person, at: momentOf(store) };
          movePage(writing, { page: at, from: placeOf(at), to });
        });
      },
      commentAsStranger: async ({ id }, text) => say(id, text, byPerson('mallory', 'untrusted')),
      commentMany: async ({ id }, count) =>
        store.write(() => {
          for (let number = 1; number <= count; number += 1) say(id, `Comment ${number}`, byPerson('alice'));
        }),
      loseAnswer: () => {
        lost = 'answer';
      },
      loseRequest: () => {
        lost = 'request';
      },
    },
  };
});

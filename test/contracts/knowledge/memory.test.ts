import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import { redeemPermit } from '#shared/changes/permit.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { people } from '#test/fakes/knowledge/seed.ts';
import { knowledgeContract } from './contract.ts';
import type { KnowledgePlace } from './place.ts';

/** The place in memory, on which the tools are tried, holds to the contract itself. */
knowledgeContract(async (): Promise<KnowledgePlace> => {
  const wiki = new FakeKnowledge();
  return {
    backend: {
      reader: wiki.reader(),
      readerFor: (viewer) => wiki.readerFor(viewer),
      door: {
        open: async (permit): Promise<KnowledgeWriter> => {
          redeemPermit(permit);
          return wiki.writer();
        },
        done: async () => {},
      },
      close: async () => {},
    },
    ...{ namespace: 'handbook', elsewhere: 'board', archived: 'old', settleMs: 5_000, paceMs: 0 },
    able: {
      ...{
        searchesTexts: true,
        searchesJapanese: true,
        searchesAnyWord: true,
        scoresApart: true,
        scoresUnderApart: true,
      },
      ...{ links: true, movesBetween: true, preconditions: true },
    },
    others: {
      add: async (namespace, { title, text, parent }) => wiki.add(namespace, { title, text, parent: parent ?? null }),
      edit: async ({ id }, to) => wiki.edit(id, to),
      move: async ({ id }) => wiki.move(id, { namespace: 'board' }),
      commentAsStranger: async ({ id }, text) => wiki.say(id, text, { author: people.mallory }),
      commentMany: async ({ id }, count) => {
        for (let index = 1; index <= count; index += 1) wiki.say(id, `Comment ${index}`);
      },
      loseAnswer: () => {
        wiki.fault = 'answer_lost';
      },
      loseRequest: () => {
        wiki.fault = 'request_lost';
      },
    },
  };
});

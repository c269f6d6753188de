import { expect } from 'vitest';
import { newStorage } from '#capabilities/knowledge/storage/storage.ts';
import { knowledgeContract } from '#test/contracts/knowledge/contract.ts';
import type { KnowledgePlace } from '#test/contracts/knowledge/place.ts';
import { newest } from '#test/fakes/confluence/site.ts';
import { kept, openPlace } from './place.ts';

const toc = '<ac:structured-macro ac:name="toc" ac:schema-version="1" ac:macro-id="a1" />';

knowledgeContract(async (): Promise<KnowledgePlace> => {
  const confluence = await openPlace();
  const { fake, backend, hr, alice, mallory, close } = confluence;
  const { site } = fake;
  const native = (text: string): string => newStorage(text).native;
  return {
    backend: {
      ...backend,
      close: async () => {
        await close();
        expect(fake.violations).toEqual([]);
      },
    },
    ...{ namespace: 'OPS', elsewhere: 'HR', archived: 'OLD', settleMs: 5_000, paceMs: 0 },
    able: {
      ...{ searchesTexts: true, movesBetween: true, preconditions: true },
      unclear: ['create', 'move', 'trash', 'untrash', 'comment'],
    },
    others: {
      add: async (key, { title, text, parent = null }) => {
        const space = site.spaces.find((one) => one.key === key);
        const about = { title, body: native(text), by: alice.accountId, parentId: parent };
        return site.page(space?.id ?? '', about).id;
      },
      edit: async (page, { title, text }) =>
        site.edit(kept(confluence, page), alice.accountId, {
          ...(title !== undefined && { title }),
          ...(text !== undefined && { body: native(text) }),
        }),
      move: async (page) => site.moveTo(kept(confluence, page), hr.id, null),
      commentAsStranger: async (page, text) => site.say(kept(confluence, page), native(text), mallory.accountId),
      commentMany: async (page, count) => {
        for (let index = 1; index <= count; index += 1) {
          site.say(kept(confluence, page), native(`Comment ${index}`), alice.accountId);
        }
      },
      addUnsayable: async (page) => {
        const found = kept(confluence, page);
        site.edit(found, alice.accountId, { body: toc + newest(found).body });
      },
      loseAnswer: () => fake.mishaps.push({ on: 'write', act: 'lose_answer' }),
      loseRequest: () => fake.mishaps.push({ on: 'write', act: 'lose_request' }),
    },
  };
});

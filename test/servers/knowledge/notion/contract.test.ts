import { expect } from 'vitest';
import { knowledgeContract } from '#test/contracts/knowledge/contract.ts';
import type { KnowledgePlace } from '#test/contracts/knowledge/place.ts';
import { kept, openPlace } from './place.ts';

const callout = '<callout icon="💡" color="gray_bg">\n\tRead this **first**\n</callout>\n';

knowledgeContract(async (): Promise<KnowledgePlace> => {
  const notion = await openPlace();
  const { fake, backend, handbook, hr, alice, mallory, close } = notion;
  const { workspace } = fake;
  const plain = (text: string) => [{ text: { content: text } }];
  return {
    backend: {
      ...backend,
      close: async () => {
        await close();
        expect(fake.violations).toEqual([]);
      },
    },
    ...{ namespace: 'handbook', elsewhere: 'hr', archived: 'old', settleMs: 5_000, paceMs: 0 },
    able: { movesBetween: true, unclear: ['create', 'update', 'move', 'trash', 'untrash', 'comment', 'edit_comment'] },
    others: {
      add: async (key, { title, text, parent }) => {
        const home = key === 'hr' ? hr : handbook;
        return workspace.page({ title, text, by: alice.id, parent: parent ?? home.id }).id;
      },
      edit: async (page, to) => workspace.edit(kept(notion, page), alice.id, to),
      move: async (page) => workspace.move(kept(notion, page), hr.id, alice.id),
      commentAsStranger: async (page, text) => workspace.say(kept(notion, page), mallory.id, plain(text)),
      commentMany: async (page, count) => {
        for (let index = 1; index <= count; index += 1) {
          workspace.say(kept(notion, page), alice.id, plain(`Comment ${index}`));
        }
      },
      addUnsayable: async (page) => {
        const found = kept(notion, page);
        workspace.edit(found, alice.id, { text: callout + workspace.textOf(found) });
      },
      loseAnswer: () => fake.mishaps.push({ on: 'write', act: 'lose_answer' }),
      loseRequest: () => fake.mishaps.push({ on: 'write', act: 'lose_request' }),
    },
  };
});

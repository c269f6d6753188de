import { describe, expect, test } from 'vitest';
import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import { newMark, present } from '#test/contracts/common.ts';
import { type Bench, placeUnder, refOf, topOf, trashOf, untrashOf, updateOf } from './bench.ts';
import { moveOf } from './places.ts';

type Kind = KnowledgeWrite['kind'];

/** A write of each kind that is made by a tool of agents, with the tool that a backend may lack. */
const kinds: readonly (readonly [kind: Kind, tool: string, make: (at: Bench) => Promise<KnowledgeWrite>])[] = [
  [
    'create',
    'create_page',
    async ({ namespace, title, text }) => {
      return { kind: 'create', place: topOf(namespace), title: title(`lost ${Math.random()}`), body: text('Once') };
    },
  ],
  ['update', 'update_page', async ({ newPage, text }) => updateOf(await newPage(), { body: text('Changed') })],
  ['move', 'move_page', async ({ newPage }) => moveOf(await newPage(), placeUnder(await newPage()))],
  ['trash', 'trash_page', async ({ newPage }) => trashOf(await newPage())],
  [
    'untrash',
    'trash_page',
    async ({ newPage, write }) => {
      const made = await newPage();
      await write(trashOf(made));
      return untrashOf(made);
    },
  ],
  [
    'comment',
    'comment_on_page',
    async ({ newPage, text }) => {
      return { kind: 'comment', page: refOf(await newPage()), body: text('Once'), replyTo: null };
    },
  ],
  [
    'edit_comment',
    'comment_on_page',
    async ({ newPage, text, write, reader }) => {
      const page = refOf(await newPage());
      const { id } = await write({ kind: 'comment', page, body: text('Before'), replyTo: null });
      const comment = present(await reader.comment(page, id));
      return { kind: 'edit_comment', page, comment, expect: comment.body, body: text('After') };
    },
  ],
];

/** Whether a write whose answer was lost took effect. */
export function doubtContract(at: () => Bench): void {
  /** Why a kind cannot be tried here; null where it can. */
  const untried = (kind: Kind, tool: string): string | null => {
    const { backend } = at().reader;
    if (backend.lacks.includes(tool)) return `there is no ${tool}`;
    return kind === 'edit_comment' && !backend.rewordsComments ? 'comments stay as they are' : null;
  };
  const isUnclear = (kind: Kind): boolean => at().place.able.unclear?.includes(kind) ?? false;
  describe('a write of which nobody knows', () => {
    test.for(kinds)('%s is found where its answer was lost', async ([kind, tool, make], context) => {
      const { write, reader, place, settled } = at();
      const { loseAnswer } = place.others;
      const why = loseAnswer === undefined ? 'no answer can be lost here' : untried(kind, tool);
      if (loseAnswer === undefined || why !== null) return context.skip(why ?? '');
      const [wanted, mark] = [await make(at()), newMark()];
      await loseAnswer();
      await expect(write(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
      const written = { landed: expect.objectContaining({ id: expect.stringMatching(/./) }) };
      const expected = isUnclear(kind) ? expect.toBeOneOf(['unclear', written]) : written;
      await settled(async () => expect(await reader.landed(wanted, mark)).toEqual(expected));
      // The mark of another change finds nothing of it.
      expect(await reader.landed(wanted, newMark())).not.toEqual(isUnclear(kind) ? null : written);
    });

    test.for(kinds)('%s is not found where it did not arrive', async ([kind, tool, make], context) => {
      const { write, reader, place } = at();
      const { loseRequest } = place.others;
      const why = loseRequest === undefined ? 'no request can be lost here' : untried(kind, tool);
      if (loseRequest === undefined || why !== null) return context.skip(why ?? '');
      const [wanted, mark] = [await make(at()), newMark()];
      await loseRequest();
      await expect(write(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
      expect(await reader.landed(wanted, mark)).toBeOneOf(isUnclear(kind) ? ['unclear', 'not_found'] : ['not_found']);
    });
  });
}

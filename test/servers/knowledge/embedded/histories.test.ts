import { expect, test } from 'vitest';
import { tryHistories } from '#test/capabilities/knowledge-write/histories.ts';
import { clock, newBase } from './base.ts';

test('any moment of any history by the tools comes back exactly, and what was there before that by the undo', async () => {
  const changed = await tryHistories(() => {
    const now = clock();
    const { as, people, write } = newBase({ now });
    return {
      wiki: {
        reader: (agent) => (agent === undefined ? people : as(agent)),
        writer: () => ({ write: (wanted, mark, origin) => write(wanted, origin, mark) }),
      },
      namespace: 'handbook',
      moment: () => new Date(now()).toISOString(),
    };
  }, 15);
  expect(changed).toBeGreaterThan(3);
});

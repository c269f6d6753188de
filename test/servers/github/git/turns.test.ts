import { expect, test } from 'vitest';
import { gitTurns } from '#servers/github/git/turns.ts';

test('so many requests are answered at once, of one agent and of all', async () => {
  const turns = gitTurns({ most: 3, mostEach: 2, waitMs: 60_000 });
  const order: string[] = [];
  const take = async (who: string, name: string): Promise<() => void> => {
    const leave = await turns.take(who);
    order.push(name);
    return leave;
  };
  const [one] = [await take('a', 'a1'), await take('a', 'a2')];
  const third = take('a', 'a3');
  const other = await take('b', 'b1');
  const second = take('b', 'b2');
  expect(order).toEqual(['a1', 'a2', 'b1']);
  one();
  one();
  const leave = await third;
  expect(order).toEqual(['a1', 'a2', 'b1', 'a3']);
  other();
  await second;
  leave();
  expect(order.at(-1)).toBe('b2');
});

test('nobody waits behind an agent that has all of its own turns', async () => {
  const turns = gitTurns({ most: 2, mostEach: 1, waitMs: 60_000 });
  await turns.take('a');
  const waiting = turns.take('a').then(() => expect.unreachable());
  const leave = await turns.take('b');
  const next = turns.take('b');
  leave();
  await next;
  await Promise.race([waiting, Promise.resolve()]);
});

test('who waits too long, or comes when too many wait, is told to come again', async () => {
  const turns = gitTurns({ most: 1, mostWaiting: 1, waitMs: 10 });
  await turns.take('a');
  const first = turns.take('b');
  await expect(turns.take('c')).rejects.toMatchObject({ code: 'busy', retryable: true });
  await expect(first).rejects.toMatchObject({ code: 'busy' });
});

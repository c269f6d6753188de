import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { moves, statuses } from '#shared/changes/transitions.ts';
import { statesPage } from './states.ts';

test('the page of the states is what the transition table gives; node test/explorer/draw.ts makes it anew', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/states.md', import.meta.url)), 'utf8');
  expect(page).toBe(statesPage());
});

test('and it draws every move and names every status', () => {
  const page = statesPage();
  for (const { from, to } of moves) expect(page).toContain(`  ${from} --> ${to}\n`);
  for (const status of statuses) expect(page).toContain(`| ${status} | `);
});

import { expect, it } from 'vitest';
import { run } from './run.ts';

it.each([
  [''],
  ['start'],
  ['changes'],
  ['changes list'],
  ['changes show'],
  ['changes approve'],
  ['changes reject'],
  ['changes restore'],
])('explains "countersign %s"', async (command) => {
  const { code, stdout, stderr } = await run([...command.split(' ').filter(Boolean), '--help']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(new RegExp(`^Usage: ${`countersign ${command}`.trim()}( |$)`, 'm'));
  expect(stdout).toMatchSnapshot();
});

import { expect, it } from 'vitest';
import { suiteVersion } from '#shared/config/version.ts';
import { run } from './run.ts';

it.each([
  [''],
  ['start'],
  ['sign-in'],
  ['sign-out'],
  ['changes'],
  ['changes list'],
  ['changes show'],
  ['changes approve'],
  ['changes reject'],
  ['changes restore'],
  ['changes resume'],
  ['changes settle'],
  ['changes verify'],
  ['sets'],
  ['grants'],
  ['incident'],
  ['audit verify'],
  ['hold'],
  ['contents new-key'],
  ['contents rotate'],
  ['contents gc'],
  ['backup'],
  ['restore-ledger'],
  ['people check'],
  ['people passkey add'],
  ['webhooks status'],
  ['figures'],
  ['keys rotate'],
  ['keys retire'],
])('explains "countersign %s"', async (command) => {
  const { code, stdout, stderr } = await run([...command.split(' ').filter(Boolean), '--help']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(new RegExp(`^Usage: ${`countersign ${command}`.trim()}( |$)`, 'm'));
  expect(stdout).toMatchSnapshot();
});

it('says which version it is', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${suiteVersion()}\n`, stderr: '' });
});

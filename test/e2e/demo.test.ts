import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { basics } from '#test/fakes/environment.ts';

it('plays the whole story, every step as promised', { timeout: 240_000 }, async () => {
  const env = { ...basics(), HOME: process.env['HOME'] };
  const { stdout } = await promisify(execFile)(process.execPath, ['servers/suite/demo.ts'], { env });
  expect(stdout).toContain('Good "git" signature');
  expect(stdout).toContain('its newest comment links to the pull request');
  expect(stdout).toContain('it is in quarantine, where its agent alone sees it');
  expect(stdout).toContain('every branch, commit and tree is what it was at the start');
  expect(stdout).toContain('All of it as promised');
});

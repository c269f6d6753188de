import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readConnection } from '#servers/cli/config.ts';

function tokenFile(content: string, mode = 0o600): string {
  const folder = mkdtempSync(join(tmpdir(), 'cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'token');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const preset = { COUNTERSIGN_APPROVER_TOKEN: 'preset' };

it('reaches the console of this machine with the preset token, unless told otherwise', () => {
  expect(readConnection({}, preset)).toEqual({ origin: 'http://127.0.0.1:7200', token: 'preset' });
  const environment = { ...preset, COUNTERSIGN_CONSOLE_URL: 'https://console.example/' };
  expect(readConnection({}, environment).origin).toBe('https://console.example');
  expect(readConnection({ url: 'http://[::1]:9' }, environment).origin).toBe('http://[::1]:9');
  expect(readConnection({ tokenFile: tokenFile('from-file\n') }, preset).token).toBe('from-file');
});

it.each([
  ['no URL', 'nonsense'],
  ['a path', 'http://127.0.0.1:7200/console'],
  ['a password', 'http://me:secret@127.0.0.1:7200'],
  ['another protocol', 'ftp://127.0.0.1'],
  ['the token in the clear over a network', 'http://console.example'],
])('refuses %s', (_, url) => {
  expect(() => readConnection({ url }, preset)).toThrow(expect.objectContaining({ exitCode: 2 }));
});

it('refuses a token file that others can read, one that is missing, and one that holds no token', () => {
  for (const path of [tokenFile('token', 0o640), tokenFile('token', 0o604), '/nowhere/token', tokenFile('')]) {
    expect(() => readConnection({ tokenFile: path }, preset)).toThrow(expect.objectContaining({ exitCode: 2 }));
  }
});

it('quotes nothing of a file that was named by mistake', () => {
  expect(() => readConnection({ tokenFile: tokenFile('-----BEGIN KEY-----\nabc\n') }, preset)).toThrow(
    'The token has characters that no token has; is it the right file?',
  );
});

it('wants a token', () => {
  expect(() => readConnection({}, {})).toThrow('No token is given to sign in with.');
});

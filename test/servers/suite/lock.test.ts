import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockData } from '#servers/suite/lock.ts';
import { folder } from './folder.ts';

it('is held against everybody until it is released', () => {
  const data = folder();
  const lock = lockData(data);
  expect(lock.tookOver).toBe(false);
  expect(() => lockData(data)).toThrow(
    `Another suite (process ${process.pid}) runs on this data directory; its lock is ${join(data, 'suite.lock')}.`,
  );
  lock.release();
  expect(readdirSync(data)).toEqual([]);
  lockData(data).release();
});

it('is taken over from a process that is gone', async () => {
  const data = folder();
  const gone = spawn(process.execPath, ['--version']);
  await once(gone, 'exit');
  writeFileSync(join(data, 'suite.lock'), `${gone.pid} 12345\n`);
  const lock = lockData(data);
  expect(lock.tookOver).toBe(true);
  expect(readFileSync(join(data, 'suite.lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  lock.release();
  expect(readdirSync(data)).toEqual([]);
});

it('is taken over when another process has the number of the one that is gone', () => {
  const data = folder();
  writeFileSync(join(data, 'suite.lock'), `${process.pid} 1\n`);
  expect(lockData(data).tookOver).toBe(true);
});

it.each([[''], ['nonsense'], ['../../etc 1']])('is taken over when it says nothing of use: %j', (text) => {
  const data = folder();
  writeFileSync(join(data, 'suite.lock'), text);
  expect(lockData(data).tookOver).toBe(true);
});

it('leaves alone a lock that somebody else has taken since', () => {
  const data = folder();
  const lock = lockData(data);
  writeFileSync(join(data, 'suite.lock'), '1 1\n');
  lock.release();
  expect(existsSync(join(data, 'suite.lock'))).toBe(true);
});

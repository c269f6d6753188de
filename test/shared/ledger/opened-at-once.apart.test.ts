import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const [processes, rounds] = [4, 15];
const program = fileURLToPath(new URL('opened-at-once.ts', import.meta.url));

function opener() {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  });
  return async (path: string): Promise<unknown> => {
    child.stdin.write(`${path}\n`);
    return (await lines.next()).value;
  };
}

test('servers that are started at once on a ledger that is not there yet all open it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-at-once-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const openers = Array.from({ length: processes }, opener);
  for (let round = 0; round < rounds; round += 1) {
    const path = join(folder, `${round}.db`);
    expect(await Promise.all(openers.map((open) => open(path)))).toEqual(openers.map(() => 'opened'));
  }
});

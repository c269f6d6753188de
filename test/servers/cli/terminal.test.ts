import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { basics } from '#test/fakes/environment.ts';
import { pending, seal, startConsole, token } from './console.ts';
import { countersign } from './run.ts';

/** Gives a command a terminal (util-linux): every Debian has it, macOS and Windows have another or none. */
const script = '/usr/bin/script';

/** Runs `changes approve` at a terminal, and types an answer when it asks. */
async function approveAtTerminal(answer: string, edit: (change: typeof pending) => void = () => {}) {
  const console = await startConsole();
  onTestFinished(() => console.close());
  const change = console.changes.get(pending.change_id);
  if (change) edit(change);
  const command = `'${process.execPath}' '${countersign}' changes approve ${pending.change_id}`;
  const child = spawn(script, ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: {
      ...basics(),
      COUNTERSIGN_CONSOLE_URL: console.url,
      COUNTERSIGN_APPROVER_TOKEN: token,
      TERM: 'xterm',
      SHELL: '/bin/sh',
    },
  });
  let screen = '';
  let asked = false;
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    if (!asked && screen.includes('[yes/no]')) {
      asked = true;
      child.stdin.write(answer);
    }
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, screen, asked, decisions: console.requests.flatMap(({ body }) => (body === undefined ? [] : [body])) };
}

describe.runIf(existsSync(script))('approving at a terminal', () => {
  it('shows the change, asks, and approves the seal of what was shown', async () => {
    const { code, screen, decisions } = await approveAtTerminal('yes\n');
    expect(code).toBe(0);
    expect(screen).toContain('edit src/a.ts');
    expect(screen).toContain('⟨U+202E⟩');
    expect(decisions).toEqual([{ decision: 'approve', seal, reason: '' }]);
  });

  it.each([['no\n'], ['y\n'], ['\n'], ['\u0004']])('takes %j for no, and decides nothing', async (answer) => {
    const { code, screen, asked, decisions } = await approveAtTerminal(answer);
    expect([code, asked, decisions]).toEqual([1, true, []]);
    expect(screen).toContain('Not approved');
  });

  it('does not ask about what cannot be decided', async () => {
    const planning = await approveAtTerminal('yes\n', (change) => {
      Object.assign(change, { status: 'planning', seal: null });
    });
    const applied = await approveAtTerminal('yes\n', (change) => {
      change.status = 'applied';
    });
    for (const { code, asked, decisions } of [planning, applied])
      expect([code, asked, decisions]).toEqual([4, false, []]);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readVerificationKeys } from '#shared/changes/keys.ts';
import { basics } from '#test/fakes/environment.ts';
import { run as command } from '../cli/run.ts';

const main = fileURLToPath(import.meta.resolve('#servers/approvals/main.ts'));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'countersign-approvals-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** The server as a process with exactly this environment, until it says that it is ready or ends. */
async function run(environment: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { ...basics(), COUNTERSIGN_APPROVALS_PORT: '0', COUNTERSIGN_CONSOLE_PORT: '0', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: Record<string, string>[] = [];
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const ready = new Promise<void>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      lines.push(JSON.parse(line));
      if (lines.at(-1)?.['ready']) resolve();
    });
  });
  await Promise.race([ready, ended]);
  return { child, lines, ended, errors: () => errors };
}

describe('the approvals process', () => {
  test('says how to sign in and that it is ready, keeps its key to itself, and ends when told', async () => {
    const data = folder();
    const { child, lines, ended } = await run({ COUNTERSIGN_DATA: data });
    expect(lines).toEqual([
      {
        sign_in: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/sign-in\/[\w-]{43}$/),
        expires_at: expect.any(String),
      },
      {
        ready: 'approvals',
        console: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      },
    ]);
    const [signIn, ready] = lines;
    expect(signIn?.['sign_in']?.startsWith(`${ready?.['console']}/`)).toBe(true);
    expect((await fetch(`${ready?.['console']}/healthz`)).status).toBe(200);
    expect((await fetch(`${ready?.['url']}/healthz`)).status).toBe(200);
    expect(statSync(join(data, 'approvals', 'decision-key.pem')).mode & 0o777).toBe(0o600);
    expect(readVerificationKeys(join(data, 'approvals', 'decision-keys.json')).size).toBe(1);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('puts the link into a file that only its owner reads, where one is named', async () => {
    const data = folder();
    const file = join(data, 'private', 'link');
    const { lines, errors } = await run({ COUNTERSIGN_DATA: data, COUNTERSIGN_SIGN_IN_FILE: file });
    expect(lines.map((line) => Object.keys(line)[0])).toEqual(['ready']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const link = readFileSync(file, 'utf8').trim();
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in\/[\w-]{43}$/);
    expect(JSON.stringify(lines) + errors()).not.toContain(link);
  });

  test('keeps its key over a restart until another one is made, and ends with whoever started it', async () => {
    const data = folder();
    const keys = () => readFileSync(join(data, 'approvals', 'decision-keys.json'), 'utf8');
    const first = await run({ COUNTERSIGN_DATA: data });
    const before = keys();
    first.child.stdin.end();
    expect(await first.ended).toBe(0);
    await run({ COUNTERSIGN_DATA: data });
    expect(keys()).toBe(before);
    const place = ['--data', data, '--json'];
    const rotated = await command(['keys', 'rotate', ...place]);
    const { from, to } = JSON.parse(rotated.stdout);
    expect([...readVerificationKeys(join(data, 'approvals', 'decision-keys.json')).keys()]).toEqual([from, to]);
    expect(await command(['keys', 'retire', to, ...place])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is the one that signs'),
    });
    expect(await command(['keys', 'retire', from, ...place])).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = await command(['keys', 'list', ...place]);
    expect(JSON.parse(stdout)).toEqual({ keys: [{ id: to, signs: true, approvals: 0 }], retired: [from] });
  });

  test('does not start with settings that it cannot use', async () => {
    const { ended, errors, lines } = await run({ COUNTERSIGN_CONSOLE_HOST: '0.0.0.0' });
    expect(await ended).toBe(2);
    expect(errors()).toContain('COUNTERSIGN_DATA: ');
    expect(errors()).toContain('COUNTERSIGN_CONSOLE_HOST: ');
    expect(lines).toEqual([]);
  });
});

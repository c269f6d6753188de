import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { type SuperviseOptions, supervise } from '#servers/suite/supervise.ts';
import { folder } from './folder.ts';
import { isRunning, recorder, stub, until } from './kit.ts';

async function run(children: SuperviseOptions['children'], options: Partial<SuperviseOptions> = {}) {
  const report = recorder();
  const supervised = await supervise({ children, report, ...options });
  onTestFinished(() => supervised.stop());
  const pid = (name: string) => supervised.processes[name]?.pid ?? 0;
  return { ...supervised, report, pid };
}

const quick = { limit: 2, withinMs: 60_000, firstDelayMs: 1 };

it('resolves when every child is ready, and shows what each said under its name', async () => {
  const { report } = await run([stub('one'), stub('two')]);
  await until(() => report.lines.length === 4);
  expect(report.lines.toSorted()).toEqual([
    'one: hello from one',
    'one: {"not": "announced"}',
    'two: hello from two',
    'two: {"not": "announced"}',
  ]);
});

it('gives a child exactly the environment that is written down for it', async () => {
  const { pid } = await run([stub('one')]);
  const environment = readFileSync(`/proc/${pid('one')}/environ`, 'utf8')
    .split('\0')
    .filter(Boolean);
  expect(environment.toSorted()).toEqual(['BEHAVIOUR=', 'MARKER=', 'NAME=one']);
});

it('starts a child that was killed again, and says so', async () => {
  const { report, pid, processes } = await run([stub('one'), stub('two')]);
  const [one, two] = [pid('one'), pid('two')];
  processes['one']?.kill();
  await until(() => report.events.length === 2);
  expect(report.events).toEqual(['one ended (SIGKILL); starting it again in 100 ms', 'one runs again']);
  expect(pid('one')).not.toBe(one);
  expect(pid('two')).toBe(two);
  expect(report.links).toContain(`http://127.0.0.1:1/${pid('one')}`);
});

it('waits longer before each restart, and stops everything when a child dies too often', async () => {
  const { report, pid, processes, ended } = await run([stub('one'), stub('two')], { restart: quick });
  const two = pid('two');
  for (const restarts of [1, 2]) {
    processes['one']?.kill();
    await until(() => report.events.filter((event) => event === 'one runs again').length === restarts);
  }
  processes['one']?.kill();
  expect(await ended).toBe(1);
  expect(isRunning(two)).toBe(false);
  expect(report.events.filter((event) => event !== 'one runs again')).toEqual([
    'one ended (SIGKILL); starting it again in 1 ms',
    'one ended (SIGKILL); starting it again in 2 ms',
    'one ended (SIGKILL), more than 2 times within a minute',
  ]);
});

it('counts a restart that fails at once as a death like any other', async () => {
  const marker = join(folder(), 'marker');
  const { report, processes, ended } = await run([stub('one', 'cannot start while the marker is there', marker)], {
    restart: quick,
  });
  writeFileSync(marker, '');
  processes['one']?.kill();
  expect(await ended).toBe(1);
  expect(report.events.at(-1)).toBe('one ended (exit 7), more than 2 times within a minute');
  rmSync(marker);
});

it('leaves nothing running when a child cannot start, and says whether the configuration is why', async () => {
  const report = recorder();
  const started: number[] = [];
  const starting = supervise({
    children: [stub('one'), stub('two', 'wants another configuration')],
    report: { ...report, signIn: (link) => void started.push(Number(link.split('/').at(-1))) },
  });
  await expect(starting).rejects.toMatchObject({
    code: 'bad_configuration',
    message: 'two ended (exit 2) before it was ready; what it said is above.',
  });
  expect(report.lines).toContain('two: PORT: is needed');
  expect(started.filter(isRunning)).toEqual([]);
  expect(report.events).toEqual([]);
});

it('names the children that do not get ready in time, and stops all', async () => {
  const starting = supervise({
    children: [stub('one'), stub('two', 'is never ready')],
    report: recorder(),
    startPatienceMs: 1_000,
  });
  await expect(starting).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringMatching(/two did not get ready in 1 s\.$/),
  });
});

it('can be stopped while it starts', async () => {
  const giveUp = new AbortController();
  const report = recorder();
  const starting = supervise({ children: [stub('one', 'is never ready')], report, signal: giveUp.signal });
  await until(() => report.lines.length > 0);
  giveUp.abort();
  await expect(starting).rejects.toThrow('Stopped before all was ready.');
});

it('stops its children and waits until they have ended', async () => {
  const { stop, ended, pid, report } = await run([stub('one'), stub('two')]);
  const pids = [pid('one'), pid('two')];
  await Promise.all([stop(), stop()]);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(await ended).toBe(0);
  expect(report.events).toEqual([]);
});

it('ends at once a child that does not end when asked, when told to', async () => {
  const { stop, kill, ended, pid, report } = await run([stub('one', 'does not end when asked')]);
  const one = pid('one');
  const stopped = stop();
  await until(() => report.lines.includes('one: not yet'));
  expect(isRunning(one)).toBe(true);
  kill();
  await stopped;
  expect(isRunning(one)).toBe(false);
  expect(await ended).toBe(0);
});

it('ends by force, after five seconds, a child that does not end when asked', async () => {
  const { stop, pid } = await run([stub('one', 'does not end when asked')]);
  const one = pid('one');
  const asked = performance.now();
  await stop();
  expect(performance.now() - asked).toBeGreaterThan(4_900);
  expect(isRunning(one)).toBe(false);
});

it('takes its children along when it is itself ended by force', async () => {
  const supervisor = spawn(process.execPath, [fileURLToPath(new URL('stubs/supervisor.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(supervisor.stdout), 'line')) as [string];
  const child = Number(line);
  expect(isRunning(child)).toBe(true);
  supervisor.kill('SIGKILL');
  await until(() => !isRunning(child));
});

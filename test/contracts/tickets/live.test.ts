import { expect, test } from 'vitest';
import type { Project } from '#capabilities/ticket-read/ports.ts';
import { assertScratch } from '#test/contracts/scratch.ts';
import { seedProjects } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import { readConfig } from './config.ts';
import { assertScratchOnly } from './live-place.ts';

const linear = {
  ...{ COUNTERSIGN_TEST_TICKETS: 'linear', COUNTERSIGN_TEST_TICKETS_PROJECT: 'SCRATCH' },
  ...{ COUNTERSIGN_TEST_TICKETS_LABELS: 'one, two', COUNTERSIGN_TICKETS_LINEAR_API_KEY: 'lin_api_not_a_real_one' },
};

test('everything that is missing is named at once', () => {
  expect(() => readConfig({})).toThrow('COUNTERSIGN_TEST_TICKETS: must be one of');
  const missing = ['TEST_TICKETS_PROJECT: is needed', 'TEST_TICKETS_LABELS: is needed', 'TICKETS_LINEAR_CLIENT_ID: is'];
  for (const each of missing) expect(() => readConfig({ COUNTERSIGN_TEST_TICKETS: 'linear' })).toThrow(each);
});

test('a backend, its credential as the server has it, and a project', () => {
  expect(readConfig(linear)).toMatchObject({
    ...{ name: 'linear', project: 'SCRATCH', elsewhere: null, type: 'Issue', labels: ['one', 'two'] },
    ...{ statuses: ['Backlog', 'In Progress'], assignee: null },
  });
  const wrong = { ...linear, COUNTERSIGN_TEST_TICKETS_LABELS: 'one' };
  expect(() => readConfig(wrong)).toThrow('COUNTERSIGN_TEST_TICKETS_LABELS: must be two names');
});

test('only a project that says that it is a scratch one is written to', () => {
  const [project] = seedProjects() as [Project];
  for (const name of ['Countersign scratch', 'acme/countersign-scratch', 'Our Countersign_Scratch team']) {
    expect(() => assertScratch({ ...project, name }, 'SCRATCH')).not.toThrow();
  }
  const archived = { ...project, name: 'Countersign scratch', archived: true };
  for (const wrong of [null, project, archived]) expect(() => assertScratch(wrong, 'WEB')).toThrow('is not written to');
});

test('the other project is held to that too', async () => {
  const tracker = new FakeTracker();
  const where = { project: 'SCR', elsewhere: 'WEB' };
  const [project] = seedProjects() as [Project];
  const scratch = { ...project, key: 'SCR', name: 'Countersign scratch' };
  const reader = { ...tracker.reader(), project: async (key: string) => (key === 'SCR' ? scratch : project) };
  await expect(assertScratchOnly({ reader }, where)).rejects.toThrow('WEB is not written to');
  await expect(assertScratchOnly({ reader }, { ...where, elsewhere: null })).resolves.toBeUndefined();
});

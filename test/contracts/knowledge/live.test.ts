import { expect, test } from 'vitest';
import type { Namespace } from '#capabilities/knowledge-read/ports.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { seedNamespaces } from '#test/fakes/knowledge/seed.ts';
import { readConfig } from './config.ts';
import { assertScratchOnly } from './live-place.ts';

test('the embedded store is no real account, nor is what is not there', () => {
  for (const name of ['', 'embedded', 'nothing']) {
    expect(() => readConfig({ COUNTERSIGN_TEST_KNOWLEDGE: name })).toThrow(
      'COUNTERSIGN_TEST_KNOWLEDGE: must be one of',
    );
  }
});

test('only namespaces that say that they are scratch ones are written to', async () => {
  const wiki = new FakeKnowledge();
  const [namespace] = seedNamespaces() as [Namespace];
  const scratch = { ...namespace, key: 'SCR', name: 'Countersign-Scratch' };
  const reader = { ...wiki.reader(), namespace: async (key: string) => (key === 'SCR' ? scratch : namespace) };
  const where = { namespace: 'SCR', elsewhere: null };
  await expect(assertScratchOnly({ reader }, where)).resolves.toBeUndefined();
  await expect(assertScratchOnly({ reader }, { ...where, elsewhere: 'ENG' })).rejects.toThrow('ENG is not written to');
  const archived = { ...reader, namespace: async () => ({ ...scratch, archived: true }) };
  await expect(assertScratchOnly({ reader: archived }, where)).rejects.toThrow('SCR is not written to');
});

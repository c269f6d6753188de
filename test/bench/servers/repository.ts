import { FakeRepository } from '#test/fakes/repository.ts';

/** A repository that answers at once, from memory: what is left to measure is the server. */
export function benchRepository(): FakeRepository {
  return new FakeRepository({
    'README.md': `# Web\n\n${'A line of text, as long as those of most documents are.\n'.repeat(36)}`,
    'src/index.ts': 'export {};\n',
    'package.json': '{}\n',
  });
}

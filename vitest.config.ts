import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { matchesGlob, relative } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  throw new Error(
    `The tests need Node 24 or newer; this is ${process.version}. Run them with "npm test" after "npm ci", which brings its own Node.`,
  );
}

/**
 * Imports the tests of others, which a worker that ran those has loaded already, and so needs one of its own. All others
 * share a worker with those that it ran before, so that vitest, the code under test and what it uses are loaded once and
 * not once for each file, which takes longer than most of them. No test changes what others see: hooks are set in test
 * files, and what they replace they put back.
 */
const alone = ['test/shared/changes/postgres.test.ts'];

/**
 * What takes long by its nature: samples of the soak and the benchmark, the longest explorations, very many or very large
 * where the other tests have some, and what is proved on SQLite once more on PostgreSQL where the order of things matters
 * little. npm run test:apart.
 */
const apart = ['test/**/*.apart.test.ts'];

/** Tests that take long, mostly because they start processes. */
const long = [
  ...alone,
  'test/bench/main.apart.test.ts',
  'test/e2e/**/*.test.ts',
  'test/explorer/**/*.test.ts',
  'test/servers/approvals/console.test.ts',
  'test/servers/suite/**/*.test.ts',
  'test/soak/sample.apart.test.ts',
];

const isLong = (path: string): boolean => long.some((pattern) => matchesGlob(path, pattern));

/** Long ones first, so that no worker has one left when the other has ended. Otherwise, the seed alone decides. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { seed } = this.ctx.config.sequence;
    const rank = ({ moduleId, project }: TestSpecification): string => {
      const path = relative(this.ctx.config.root, moduleId);
      // Those alone first: where one comes next, the worker that others share ends.
      const group = [project.config.isolate, isLong(path), true].indexOf(true);
      return `${group}${createHash('sha256').update(`${seed} ${path}`).digest('hex')}`;
    };
    return files.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }
}

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...alone, ...apart],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'apart', include: apart, isolate: false } },
    ],
    environment: 'node',
    globalSetup: 'test/global-setup.ts',
    globals: false,
    // Native modules and process.chdir, signals and exit codes behave in a process as they do in production.
    pool: 'forks',
    // Most tests wait for processes of their own, so a third worker pays off on two cores too.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Order must never matter; the seed is printed, and --sequence.seed=N repeats a run.
    sequence: { shuffle: true, sequencer: LongFirst },
    // How long a test takes depends on what else the machine does; these only end what would never end.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    allowOnly: false,
  },
});

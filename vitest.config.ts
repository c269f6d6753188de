import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  throw new Error(
    `The tests need Node 24 or newer; this is ${process.version}. Run them with "npm test" after "npm ci", which brings its own Node.`,
  );
}

/** Tests of code without processes, files or state of its own: they can share a worker, and load all that code once. */
const pure = ['capabilities', 'shared/blueprints', 'shared/crypto', 'shared/guard', 'shared/tools'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: { name: 'real parts', include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, ...pure] },
      },
    ],
    environment: 'node',
    globalSetup: 'test/global-setup.ts',
    globals: false,
    // Native modules and process.chdir, signals and exit codes behave in a process as they do in production.
    pool: 'forks',
    // Most tests wait for processes of their own, so a second worker pays off on two cores too.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Order must never matter; the seed is printed, and --sequence.seed=N repeats a run.
    sequence: { shuffle: true },
    // How long a test takes depends on what else the machine does; these only end what would never end.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    allowOnly: false,
  },
});

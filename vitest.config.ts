import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  throw new Error(
    `The tests need Node 24 or newer; this is ${process.version}. Run them with "npm test" after "npm ci", which brings its own Node.`,
  );
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
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

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
    globals: false,
    // Native modules and process.chdir, signals and exit codes behave in a process as they do in production.
    pool: 'forks',
    // Most tests wait for processes of their own, so a second worker pays off on two cores too.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Order must never matter; the seed is printed, and --sequence.seed=N repeats a run.
    sequence: { shuffle: true },
    testTimeout: 20_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    allowOnly: false,
  },
});

// What a run of the tests came to, from Vitest's JSON report: node tests.js REPORT counts|failures|slowest
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const [path = '', what] = process.argv.slice(2);
const report = JSON.parse(readFileSync(path, 'utf8'));
const most = { failures: 10, slowest: 15 };

/** Failed tests, and files that could not be run at all, each as one line. */
function failures() {
  return report.testResults.flatMap((file) => {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0 && file.status === 'failed')
      return [lineOf(file, 'the file could not be run', file.message)];
    return failed.map((test) => lineOf(file, test.fullName, test.failureMessages[0]));
  });
}

function lineOf(file, name, message = '') {
  const [first = ''] = message.split('\n');
  return `  ${relative(process.cwd(), file.name)}: ${name}\n    ${first.slice(0, 200)}`;
}

function slowest() {
  return report.testResults
    .map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }))
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, most.slowest)
    .map(({ name, seconds }) => `  ${seconds.toFixed(1).padStart(6)} s  ${relative(process.cwd(), name)}`);
}

const lines = {
  /** Passed, failed and skipped. A file that could not be loaded counts as one failure. */
  counts: () => [`${report.numPassedTests} ${failures().length} ${report.numPendingTests + report.numTodoTests}`],
  failures: () => {
    const all = failures();
    const more = all.length - most.failures;
    return [...all.slice(0, most.failures), ...(more > 0 ? [`  and ${more} more`] : [])];
  },
  slowest,
};
process.stdout.write(
  lines[what]()
    .map((line) => `${line}\n`)
    .join(''),
);

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentOf } from '#test/e2e/people.ts';
import { startTestSuite, type TestSuite } from '#test/e2e/suite.ts';
import { blueprintText } from './blueprint.ts';
import { deciderOf } from './landing.ts';
import type { Part } from './part.ts';

const servers = ['forge', 'github', 'approvals'] as const;
const restSeconds = 3;
/** In base64 this is 7.0 MB, a little under the most that one commit may have. */
const largeBytes = 5_250_000;

export const memory: Part = {
  name: 'memory',
  title: 'Memory',
  about:
    `Resident memory (VmRSS of /proc, in MB of 10⁶ bytes) of each server at rest, ${restSeconds} s after the suite ` +
    `has started; then the peak (VmHWM) after one pull request with a file of ${largeBytes / 1e6} MB (7.0 MB in ` +
    'base64, near the limit of one commit) was proposed, looked at once, approved and carried out. Linux only.',
  measure: async () => {
    if (process.platform !== 'linux') return [];
    const suite = await startTestSuite({ blueprints: { 'bench.yaml': blueprintText } });
    try {
      await sleep(restSeconds * 1000);
      const resting = servers.map((name) => megabytes(suite, name, 'VmRSS'));
      await landLargeFile(suite);
      const rows = servers.map((name, at) => [name, resting[at] ?? 0, megabytes(suite, name, 'VmHWM')]);
      const columns = [{ name: 'server' }, { name: 'at rest (MB)', digits: 0 }, { name: 'peak (MB)', digits: 0 }];
      return [{ columns, rows }];
    } finally {
      await suite.stop();
    }
  },
};

async function landLargeFile(suite: TestSuite): Promise<void> {
  const agent = await agentOf(suite.mcpUrl('github'));
  const { change_id: id } = await agent.call('propose_pull_request', {
    repository: 'acme/storefront',
    branch: 'agent/large',
    title: 'A large file',
    reason: 'to measure',
    files: [{ path: 'public/large.bin', base64: randomBytes(largeBytes).toString('base64') }],
  });
  await agent.close();
  const decider = deciderOf(suite);
  await decider.land(id);
  decider.close();
}

function megabytes(suite: TestSuite, name: (typeof servers)[number], field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${suite.server(name).pid}/status`, 'utf8');
  const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return (Number(kibibytes) * 1024) / 1e6;
}

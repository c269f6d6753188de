import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Agent, agentOf } from '#test/e2e/people.ts';
import { startTestSuite, type TestSuite } from '#test/e2e/suite.ts';
import { blueprintText } from './blueprint.ts';
import { type Decider, deciderOf } from './landing.ts';
import type { Cell, Part } from './part.ts';

const servers = ['github', 'approvals', 'forge'] as const;
const restSeconds = 3;
/** In base64 this is 26.7 MB; one commit may have 30 MB of that. */
const largeBytes = 20_000_000;
const path = 'public/large';

type Large = { readonly what: string; readonly file: object };

export const memory: Part = {
  name: 'memory',
  title: 'Memory',
  about:
    `Resident memory of each server in MB of 10⁶ bytes: at rest (VmRSS of /proc), ${restSeconds} s after the suite has ` +
    'started; then the peak (VmHWM, set back before each) while a pull request with one file of ' +
    `${largeBytes / 1e6} MB is proposed, and while it is looked at once, approved and carried out. The same again, as a ` +
    'commit that puts other bytes in the place of that file, which keeps both. Linux only.',
  measure: async () => {
    if (process.platform !== 'linux') return [];
    const suite = await startTestSuite({ blueprints: { 'bench.yaml': blueprintText } });
    const agent = await agentOf(suite.mcpUrl('github'));
    const decider = deciderOf(suite);
    try {
      await sleep(restSeconds * 1000);
      const rows: Cell[][] = [['at rest', ...servers.map((name) => megabytes(suite, name, 'VmRSS'))]];
      for (const large of largeFiles()) rows.push(...(await peaks({ suite, agent, decider }, large)));
      return [{ columns: [{ name: 'what' }, ...servers.map((name) => ({ name: `${name} (MB)`, digits: 0 }))], rows }];
    } finally {
      decider.close();
      await agent.close();
      await suite.stop();
    }
  },
};

function largeFiles(): readonly Large[] {
  const line = (at: number): string => `${at}: a line of text that says little\n`;
  const text = Array.from({ length: largeBytes / 40 }, (_, at) => line(at)).join('');
  return [
    { what: 'random bytes', file: { path, base64: randomBytes(largeBytes).toString('base64') } },
    { what: 'text', file: { path: `${path}.txt`, content: text.padEnd(largeBytes, 'x').slice(0, largeBytes) } },
  ];
}

type Actors = { readonly suite: TestSuite; readonly agent: Agent; readonly decider: Decider };

async function peaks({ suite, agent, decider }: Actors, { what, file }: Large): Promise<Cell[][]> {
  const branch = `agent/${what.replace(' ', '-')}`;
  const common = { repository: 'acme/storefront', branch, reason: 'to measure' };
  const other = { path: (file as { path: string }).path, base64: randomBytes(largeBytes).toString('base64') };
  const changes = [
    { name: `${what}, new`, tool: 'propose_pull_request', args: { ...common, title: 'Large', files: [file] } },
    { name: `${what}, replaced`, tool: 'commit_files', args: { ...common, message: 'Large', files: [other] } },
  ];
  const rows: Cell[][] = [];
  for (const { name, tool, args } of changes) {
    const during = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
      // The kernel's way to let a process's peak begin anew: proc(5), clear_refs.
      for (const server of servers) writeFileSync(`/proc/${suite.server(server).pid}/clear_refs`, '5');
      const done = await work();
      rows.push([`${name}: ${step}`, ...servers.map((server) => megabytes(suite, server, 'VmHWM'))]);
      return done;
    };
    const { change_id: id } = await during('proposed', () => agent.call(tool, args));
    await during('approved and carried out', () => decider.land(id));
  }
  return rows;
}

function megabytes(suite: TestSuite, name: (typeof servers)[number], field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${suite.server(name).pid}/status`, 'utf8');
  const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return (Number(kibibytes) * 1024) / 1e6;
}

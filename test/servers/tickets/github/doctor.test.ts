import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { report } from '#shared/doctor/report.ts';
import { connect, startHub } from './kit.ts';

let started: Awaited<ReturnType<typeof startHub>>;
beforeEach(async () => {
  started = await startHub();
});
afterEach(async () => {
  expect(started.fake.violations).toEqual([]);
  await started.fake.close();
});

async function examined(
  projects: readonly string[] = ['acme/web', 'acme/ops'],
  options: Parameters<typeof connect>[1] = {},
) {
  const backend = await connect(started.fake, options);
  const found = report.parse(await backend.examine(projects));
  await backend.close();
  const of = (check: string) => found.findings.filter((one) => one.check === check);
  return { ...found, of };
}

describe('the doctor', () => {
  test('finds nothing wrong where all is as it should be, and leaves no token', async () => {
    const { reached, backend, server, findings, of } = await examined();
    expect([reached, server, backend]).toEqual([true, 'tickets', started.fake.url]);
    // A GitHub Enterprise Server does not have to say which version it is.
    expect(findings.filter(({ verdict, check }) => verdict !== 'ok' && check !== 'version')).toEqual([]);
    expect(of('app')).toMatchObject([{ message: expect.stringContaining('countersign') }]);
    expect(of('rate_limit')).toHaveLength(1);
    expect(of('project').map(({ about }) => about)).toEqual(['acme/web', 'acme/ops']);
    expect(of('clock')).toMatchObject([{ verdict: 'ok' }]);
    expect(started.app.tokens.every(({ revoked }) => revoked)).toBe(true);
  });

  test('says what the App lacks, and what it has that no ticket needs', async () => {
    started.app.permissions = { issues: 'read', contents: 'write', metadata: 'read' };
    const { of } = await examined();
    expect(of('permissions_missing')[0]).toMatchObject({
      verdict: 'wrong',
      message: expect.stringContaining('issues: write'),
    });
    expect(of('permissions_beyond')[0]).toMatchObject({
      verdict: 'wrong',
      message: expect.stringContaining('contents: write'),
    });
  });

  test('says of each project whether it is seen, has issues, and takes writes', async () => {
    const [off, old] = [
      started.hub.repository('acme/off', { hasIssues: false }),
      started.hub.repository('acme/old', { archived: true }),
    ];
    for (const repository of [off, old]) started.app.install(repository);
    const { of } = await examined(['acme/none', 'acme/off', 'acme/old']);
    expect(of('project').map(({ about, verdict }) => [about, verdict])).toEqual([
      ['acme/none', 'wrong'],
      ['acme/off', 'wrong'],
      ['acme/old', 'advice'],
    ]);
    expect(of('repositories')[0]?.message).toContain('acme/web');
  });

  test('says that an installation is suspended, and that a key is not taken', async () => {
    started.app.suspended = true;
    expect((await examined()).of('suspended')).toMatchObject([{ verdict: 'wrong' }]);
    const { of } = await examined([], { appId: 8 });
    expect(of('app')).toMatchObject([{ verdict: 'wrong', message: expect.stringContaining('key') }]);
  });

  test('says how far the clocks are apart', async () => {
    const { of } = await examined([], { now: () => Date.now() + 300_000 });
    expect(of('clock')).toMatchObject([{ verdict: 'wrong', message: expect.stringMatching(/(299|300|301) s apart/) }]);
  });

  test('says that GitHub is not reached, and asks nothing more', async () => {
    started.fake.fault = () => 'request_lost';
    const { reached, findings } = await examined();
    expect(reached).toBe(false);
    expect(findings.map(({ check, verdict }) => [check, verdict])).toEqual([['api', 'wrong']]);
  });
});

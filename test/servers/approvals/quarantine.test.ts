import { expect, test } from 'vitest';
import { run } from '#test/servers/cli/run.ts';
import { type Person, startCompany } from './company.ts';
import { startSuite, token, until } from './kit.ts';

const hour = 3_600_000;
const rule = {
  by: ['local'],
  quorum: 1,
  expiresMs: hour,
  when: { tools: ['set_notes'], own: true },
  decide: 'policy' as const,
};
const review = (by: string) => ({ by: [by], quorum: 1, expiresMs: hour, rules: [{ ...rule, by: [by] }] });

type Ask = (path: string, body?: unknown) => Promise<{ readonly status: number; readonly body: Body }>;
type Body = ReturnType<typeof JSON.parse>;

const reaches = (ask: Ask, id: string, status: string): Promise<Body> =>
  until(
    async () => (await ask(`/changes/${id}`)).body,
    (change) => change.status === status,
  );

async function approve(ask: Ask, id: string): Promise<void> {
  const { seal } = await reaches(ask, id, 'pending_approval');
  expect((await ask(`/changes/${id}/decision`, { decision: 'approve', seal })).status).toBe(200);
  await reaches(ask, id, 'applied');
}

/** A note of the agent's own, and a change of it that a rule let in. */
async function letIn(suite: Awaited<ReturnType<typeof startSuite>>, ask: Ask): Promise<string> {
  await approve(ask, await suite.proposeNote('one'));
  const id = await suite.proposeNote('two');
  await suite.decideByRule(id);
  await reaches(ask, id, 'applied');
  return id;
}

test('what waits is listed for those who decide it and for auditors, and accepted by the former alone', async () => {
  const { suite, signIn } = await startCompany({ one: review('group:platform') }, { quarantine: 'possible' });
  suite.work();
  const [alice, carol, auditor, duty] = await Promise.all([
    signIn('s-alice'),
    signIn('s-carol'),
    signIn('s-dave', ['security']),
    signIn('s-eve', ['duty']),
  ]);
  const id = await letIn(suite, alice);
  const listed = async (who: Person) => {
    const { changes } = (await who('/changes?quarantine=waits')).body;
    return changes.map((one: { change_id: string }) => one.change_id);
  };
  expect([await listed(alice), await listed(carol), await listed(auditor)]).toEqual([[id], [], [id]]);
  expect((await alice(`/changes/${id}`)).body).toMatchObject({
    quarantine: { waits: true, accepted_by: [] },
    content: { quarantine: 'possible' },
  });
  const reason = { reason: 'It is so.' };
  expect((await carol(`/changes/${id}/accept`, reason)).status).toBe(404);
  expect((await auditor(`/changes/${id}/accept`, reason)).status).toBe(403);
  expect((await duty(`/changes/${id}/accept`, reason)).status).toBe(403);
  expect((await alice(`/changes/${id}/accept`, { reason: ' ' })).status).toBe(400);
  const asked = await alice(`/changes/${id}/accept`, reason);
  expect(asked.status).toBe(202);
  const acceptance = asked.body.change_id;
  expect((await alice(`/changes/${acceptance}`)).body).toMatchObject({ about: id, reason: 'It is so.' });
  await approve(alice, acceptance);
  expect(suite.notes.waiting).toEqual(new Set());
  const applied = [{ change_id: acceptance, status: 'applied' }];
  expect((await alice(`/changes/${id}`)).body.quarantine).toEqual({ waits: false, accepted_by: applied });
  expect(await listed(alice)).toEqual([]);
  const again = await alice(`/changes/${id}/accept`, reason);
  expect([again.status, again.body.error.code]).toEqual([409, 'wrong_state']);
});

test('people ask for what is known, in its form, and for what they decide', async () => {
  const { suite, signIn } = await startCompany({ one: review('group:platform') }, { quarantine: 'possible' });
  suite.work();
  const [alice, carol, auditor] = [await signIn('s-alice'), await signIn('s-carol'), await signIn('s-d', ['law'])];
  const id = await letIn(suite, alice);
  const ask = (who: Person, tool: string, args: object) => who('/requests', { tool, arguments: args });
  const accept = { note: 'a', change: id, reason: 'x' };
  expect((await ask(alice, 'set_notes', { notes: [{ id: 'a', text: 'x' }], reason: 'x' })).status).toBe(404);
  expect((await ask(alice, 'accept_note', { note: 'a', change: id })).body.error.message).toBe('reason: is missing.');
  expect((await ask(carol, 'accept_note', accept)).status).toBe(404);
  expect((await ask(auditor, 'accept_note', accept)).status).toBe(403);
  expect((await ask(alice, 'accept_note', { ...accept, change: `chg_${'0'.repeat(26)}` })).status).toBe(404);
  const back = { notes: [{ id: 'a', text: 'one' }], reason: 'wrong' };
  expect((await ask(carol, 'bring_back_notes', back)).status).toBe(403);
  const elsewhere = { ...back, notes: [{ id: 'z', text: 'one' }] };
  expect((await ask(alice, 'bring_back_notes', elsewhere)).body.error.message).toContain(
    'No blueprint that covers this',
  );
  const choices = async (who: Person) => (await who('/requests/bring_back_namespace/choices')).body.choices;
  expect([await choices(alice), await choices(carol), await choices(auditor)]).toEqual([
    [{ namespace: 'handbook' }],
    [],
    [],
  ]);
  const asks = async (who: Person) => (await who('/session')).body.asks;
  expect([await asks(alice), await asks(carol)]).toEqual([['bring_back_namespace'], []]);
  const namespace = { namespace: 'handbook', at: '2026-03-01T08:00:00Z', reason: 'x' };
  expect((await ask(carol, 'bring_back_namespace', namespace)).status).toBe(403);
  expect((await ask(alice, 'bring_back_namespace', { ...namespace, namespace: 'people' })).status).toBe(403);
  const made = await ask(alice, 'bring_back_notes', back);
  expect(made.status).toBe(202);
  await approve(alice, made.body.change_id);
  expect(suite.notes.get('a').text).toBe('one');
  expect((await alice(`/changes?quarantine=waits`)).body.changes).toEqual([]);
});

test('the command asks, shows, and accepts when told so', async () => {
  const suite = await startSuite({ quarantine: 'possible', review: { one: review('local') } });
  suite.work();
  const ask: Ask = (path, body) => suite.ask(`/api${path}`, body === undefined ? {} : { body });
  const id = await letIn(suite, ask);
  const command = (...args: string[]) =>
    run(args, { COUNTERSIGN_CONSOLE_URL: suite.consoleUrl, COUNTERSIGN_APPROVER_TOKEN: token });
  const listed = await command('changes', 'list', '--quarantine', '--json');
  expect(JSON.parse(listed.stdout).changes).toMatchObject([{ change_id: id }]);
  expect((await command('changes', 'show', id)).stdout).toMatch(/quarantine +waits/);
  expect(await command('accept', id)).toMatchObject({ code: 2 });
  const shown = await command('accept', id, '--reason', 'Read it.');
  expect(shown.code).toBe(0);
  expect(shown.stdout).toMatch(/Let others find a[\s\S]*countersign changes approve chg_\w+ --seal [0-9a-f]{64}\n/);
  expect(suite.notes.waiting.has('a')).toBe(true);
  const accepted = await command('accept', id, '--reason', 'Read it.', '--yes', '--json');
  expect(accepted.code).toBe(0);
  expect(JSON.parse(accepted.stdout)).toMatchObject({ status: 'applied' });
  expect(suite.notes.waiting.has('a')).toBe(false);
  expect((await command('changes', 'show', id)).stdout).toMatch(/quarantine +accepted by chg_/);
  expect(await command('accept', id, '--reason', 'Again.', '--yes')).toMatchObject({ code: 4 });
});

import { describe, expect, test } from 'vitest';
import { changeQueue } from '#capabilities/change-queue/capability.ts';
import type { ChangeQueue, ChangeView } from '#capabilities/change-queue/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { QueueContext } from '#shared/tools/index.ts';

const change = (id: string, more: Partial<ChangeView> = {}): ChangeView => ({
  change_id: id,
  status: 'pending_approval',
  tool: 'commit_files',
  server: 'github',
  summary: 'Commit 1 file',
  created_at: '2026-11-21T00:00:00.000Z',
  updated_at: '2026-11-21T00:00:00.000Z',
  expires_at: '2026-11-22T00:00:00.000Z',
  review_url: `http://127.0.0.1:7200/changes/${id}`,
  reversible: { kind: 'full' },
  next: 'Call wait_for_change.',
  ...more,
});

/** A queue of one caller, in memory; its changes are decided when somebody waits for them. */
function queueOf(...views: ChangeView[]): ChangeQueue {
  const changes = new Map(views.map((view) => [view.change_id, view]));
  const get = (id: string): ChangeView => {
    const found = changes.get(id);
    if (found === undefined) throw new AppError('not_found', 'There is no such change.');
    return found;
  };
  const set = (view: ChangeView): ChangeView => {
    changes.set(view.change_id, view);
    return view;
  };
  return {
    list: async ({ status, limit, cursor }) => {
      const all = [...changes.values()].filter((view) => status === undefined || view.status === status);
      const start = Number(cursor ?? 0);
      const page = all
        .slice(start, start + limit)
        .map(({ reversible: _r, review_url: _u, next: _n, ...summary }) => summary);
      return { changes: page, cursor: start + limit < all.length ? String(start + limit) : null };
    },
    get: async (id) => get(id),
    wait: async (ids, { signal, progress }) => {
      await progress({ progress: 10, total: 45, message: 'Still waiting.' });
      const settled = !signal.aborted;
      const seen = ids.map(get);
      return {
        changes: settled ? seen.map((view) => set({ ...view, status: 'applied' })) : seen,
        settled,
        next: 'Go on.',
      };
    },
    withdraw: async (id, reason) => set({ ...get(id), status: 'withdrawn', reason }),
    proposeRestore: async ({ changeId, choice, reason }) =>
      set(
        change('chg_restore', {
          status: 'planning',
          restores: get(changeId).change_id,
          summary: `${choice}: ${reason}`,
        }),
      ),
  };
}

async function call(
  queue: ChangeQueue,
  name: string,
  args: unknown,
  context?: Partial<QueueContext>,
): Promise<unknown> {
  const tool = changeQueue.tools.find((each) => each.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  const idle: QueueContext = { signal: new AbortController().signal, progress: async () => undefined, ...context };
  return tool.output.parse(await tool.run(tool.input.parse(args), queue, idle));
}

describe('the queue tools', () => {
  test('list in pages, and by state', async () => {
    const queue = queueOf(change('chg_1'), change('chg_2', { status: 'applied' }), change('chg_3'));
    expect(await call(queue, 'list_changes', { limit: 2 })).toMatchObject({
      changes: [{ change_id: 'chg_1' }, { change_id: 'chg_2' }],
      next_cursor: '2',
    });
    expect(await call(queue, 'list_changes', { limit: 2, cursor: '2' })).toMatchObject({
      changes: [{ change_id: 'chg_3' }],
      next_cursor: null,
    });
    expect(await call(queue, 'list_changes', { status: 'applied' })).toMatchObject({
      changes: [{ change_id: 'chg_2' }],
    });
  });

  test('show one change with what it left', async () => {
    const receipts = [{ step: 'open_pull_request', pull_request_number: 7, url: 'https://git.example/7' }];
    const applied = change('chg_1', { status: 'applied', receipts });
    expect(await call(queueOf(applied), 'get_change', { change_id: 'chg_1' })).toEqual(applied);
    await expect(call(queueOf(applied), 'get_change', { change_id: 'chg_2' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('wait for several, passing progress and cancellation on', async () => {
    const reports: unknown[] = [];
    const context = { progress: async (report: unknown) => void reports.push(report) };
    const args = { change_ids: ['chg_1', 'chg_2'] };
    expect(await call(queueOf(change('chg_1'), change('chg_2')), 'wait_for_change', args, context)).toMatchObject({
      settled: true,
      changes: [{ status: 'applied' }, { status: 'applied' }],
    });
    expect(reports).toEqual([{ progress: 10, total: 45, message: 'Still waiting.' }]);
    const gone = { signal: AbortSignal.abort() };
    expect(await call(queueOf(change('chg_1')), 'wait_for_change', { change_ids: ['chg_1'] }, gone)).toMatchObject({
      settled: false,
      changes: [{ status: 'pending_approval' }],
    });
  });

  test('withdraw and propose a restore, with a reason', async () => {
    const queue = queueOf(change('chg_1'));
    expect(await call(queue, 'withdraw_change', { change_id: 'chg_1', reason: 'wrong' })).toMatchObject({
      status: 'withdrawn',
      reason: 'wrong',
    });
    expect(await call(queue, 'propose_restore', { change_id: 'chg_1', reason: 'undo' })).toMatchObject({
      status: 'planning',
      restores: 'chg_1',
      summary: 'refuse: undo',
    });
  });

  const bad: readonly (readonly [tool: string, args: Record<string, unknown>])[] = [
    ['get_change', {}],
    ['get_change', { change_id: '../x' }],
    ['get_change', { change_id: 'chg_1', extra: 1 }],
    ['list_changes', { status: 'pending' }],
    ['list_changes', { limit: 21 }],
    ['wait_for_change', { change_ids: [] }],
    ['wait_for_change', { change_ids: ['chg_1', 'chg_1'] }],
    ['wait_for_change', { change_ids: Array.from({ length: 11 }, (_, index) => `chg_${index}`) }],
    ['withdraw_change', { change_id: 'chg_1' }],
    ['withdraw_change', { change_id: 'chg_1', reason: '   ' }],
    ['propose_restore', { change_id: 'chg_1', reason: 'r', choice: 'force' }],
    ['propose_restore', { change_id: 'chg_1', reason: 'r', idempotency_key: '' }],
  ];
  test.each(bad)('%s refuses %j', async (tool, args) => {
    await expect(call(queueOf(change('chg_1')), tool, args)).rejects.toMatchObject({ name: 'ZodError' });
  });
});

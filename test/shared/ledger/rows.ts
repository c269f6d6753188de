import { newChangeId } from '#shared/changes/ids.ts';
import type { Status } from '#shared/changes/transitions.ts';
import { canonical } from '#shared/crypto/canonical.ts';
import { chainStart, eventHash } from '#shared/ledger/events.ts';
import type { Raw } from './engines.ts';

/** Times in order; decisions expire at `later`. */
export const at = '2027-01-01T00:00:00.000Z';
export const later = '2027-01-02T00:00:00.000Z';
const hex = (digit: string): string => digit.repeat(64);
const snapshotDigest = hex('5');

let made = 0;
/** Whose a change is that is not for notes. */
const servers = new Map<string, string>();

/** A change as `planning`; answers its id. */
export async function insertPlanning(raw: Raw, other: Readonly<Record<string, unknown>> = {}): Promise<string> {
  made += 1;
  const id = newChangeId(new Date(Date.parse(at) + made));
  const row = {
    id,
    server: 'notes',
    tool: 'set_notes',
    agent: 'note-bot',
    blueprint: 'note-keeper',
    requester: '{"agent":"note-bot","kind":"agent"}',
    restores: null,
    idempotency_key: null,
    fingerprint: `fingerprint ${made}`,
    created_at: at,
    expires_at: later,
    status: 'planning',
    updated_at: at,
    ...other,
  };
  const columns = Object.keys(row);
  await raw.run(`insert into changes (${columns}) values (${columns.map(() => '?')})`, ...Object.values(row));
  return id;
}

export const sealOf = (id: string): string => Buffer.from(id.padEnd(32)).toString('hex');

export function sealedBody(id: string, other: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    change_id: id,
    server: 'notes',
    tool: 'set_notes',
    requester: { kind: 'agent', agent: 'note-bot' },
    blueprint: { name: 'note-keeper' },
    created_at: at,
    expires_at: later,
    snapshot: snapshotDigest,
    steps: ['one', 'two'],
    ...other,
  });
}

export async function insertSnapshot(raw: Raw, id: string, phase = 'before', digest = snapshotDigest): Promise<void> {
  await raw.run('insert into snapshots values (?, ?, ?, ?, ?)', id, phase, digest, '{}', at);
}

export async function insertSealed(raw: Raw, id: string, other: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const server = other['server'] ?? servers.get(id) ?? 'notes';
  const row = { seal: sealOf(id), body: sealedBody(id, { server }), snapshot: snapshotDigest, steps: 2, ...other };
  await raw.run('insert into sealed values (?, ?, ?, ?, ?)', id, row.seal, row.body, row.snapshot, row.steps);
}

export async function insertDecision(
  raw: Raw,
  id: string,
  verb = 'approve',
  { seal = sealOf(id), expires = later, subject = 'alice', issuer = 'local' } = {},
): Promise<void> {
  const columns = 'change_id, verb, issuer, subject, seal, decided_at, expires_at, envelope';
  const values = [id, verb, issuer, subject, seal, at, expires, '{}'];
  await raw.run(`insert into decisions (${columns}) values (${values.map(() => '?')})`, ...values);
}

export async function insertAttempt(
  raw: Raw,
  id: string,
  step: number,
  attempt = 1,
  executor = 'executor-1',
): Promise<void> {
  await raw.run('insert into attempts values (?, ?, ?, ?, ?, ?)', id, step, attempt, `step ${step}`, executor, at);
}

export async function insertOutcome(raw: Raw, id: string, step: number, outcome = 'done', attempt = 1): Promise<void> {
  const receipt = outcome === 'done' || outcome === 'landed' ? '{}' : null;
  await raw.run('insert into outcomes values (?, ?, ?, ?, ?, ?)', id, step, attempt, outcome, receipt, at);
}

/** Notes that a change left something. */
export async function leave(raw: Raw, id: string, other: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const thing = { server: 'notes', thing: 'note:a', version: '1', made: 1, change_id: id };
  const row = { ...thing, agent: 'note-bot', blueprint: 'note-keeper', at, ...other };
  const columns = Object.keys(row);
  await raw.run(`insert into things_left (${columns}) values (${columns.map(() => '?')})`, ...Object.values(row));
}

export async function claim(raw: Raw, id: string, executor = 'executor-1'): Promise<void> {
  await raw.run('update changes set claimed_by = ?, lease_until = 1 where id = ?', executor, id);
}

/** Puts the event on record without which the ledger lets no change move. */
export async function recordMove(raw: Raw, id: string, to: Status, movedAt = at): Promise<void> {
  const row = {
    at: movedAt,
    type: `change.${to}`,
    change_id: id,
    actor: '{"kind":"server","server":"notes"}',
    body: canonical({ from: (await statusOf(raw, id)) as string, to }),
    previous: ((await raw.get('select hash from last_event')) ?? chainStart) as string,
  };
  const all = { ...row, hash: eventHash(row) };
  const columns = Object.keys(all);
  await raw.run(`insert into events (${columns}) values (${columns.map(() => '?')})`, ...Object.values(all));
}

export async function move(raw: Raw, id: string, to: Status, updatedAt = at): Promise<void> {
  await recordMove(raw, id, to, updatedAt);
  await raw.run('update changes set status = ?, updated_at = ? where id = ?', to, updatedAt, id);
}

export const statusOf = (raw: Raw, id: string): Promise<unknown> =>
  raw.get('select status from changes where id = ?', id);

/** Brings a new change to a status by legal moves alone. */
export async function bring(raw: Raw, status: Status, server = 'notes'): Promise<string> {
  const id = await insertPlanning(raw, { server });
  servers.set(id, server);
  await roads[status](raw, id);
  return id;
}

type Road = (raw: Raw, id: string) => Promise<void>;

const pending: Road = async (raw, id) => {
  await insertSnapshot(raw, id);
  await insertSealed(raw, id);
  await move(raw, id, 'pending');
};
const approved: Road = async (raw, id) => {
  await pending(raw, id);
  await insertDecision(raw, id);
  await move(raw, id, 'approved');
};
const dispatched: Road = async (raw, id) => {
  await approved(raw, id);
  await claim(raw, id);
  await move(raw, id, 'dispatched');
};
const doStep = async (raw: Raw, id: string, step: number): Promise<void> => {
  await insertAttempt(raw, id, step);
  await insertOutcome(raw, id, step);
};
const then =
  (road: Road, status: Status, before: Road = async () => {}): Road =>
  async (raw, id) => {
    await road(raw, id);
    await before(raw, id);
    await move(raw, id, status);
  };

/** Seals a change that takes the place of another. */
const nextVersion: Road = async (raw, id) => {
  const next = await insertPlanning(raw, { server: servers.get(id) ?? 'notes' });
  await raw.run('insert into versions values (?, ?, 2)', next, id);
  await insertSnapshot(raw, next);
  const supersedes = { change_id: id, seal: sealOf(id), version: 2 };
  await insertSealed(raw, next, { body: sealedBody(next, { server: servers.get(id) ?? 'notes', supersedes }) });
};

const roads: Record<Status, Road> = {
  planning: async () => {},
  pending,
  approved,
  dispatched,
  unknown: then(dispatched, 'unknown', (raw, id) => insertAttempt(raw, id, 0)),
  partial: then(dispatched, 'partial', (raw, id) => doStep(raw, id, 0)),
  applied: then(dispatched, 'applied', async (raw, id) => {
    await doStep(raw, id, 0);
    await doStep(raw, id, 1);
    await insertSnapshot(raw, id, 'after', hex('6'));
  }),
  compared: (raw, id) => move(raw, id, 'compared'),
  rejected: then(pending, 'rejected', (raw, id) => insertDecision(raw, id, 'reject')),
  withdrawn: then(pending, 'withdrawn'),
  expired: then(pending, 'expired'),
  superseded: then(pending, 'superseded', (raw, id) => nextVersion(raw, id)),
  stale: then(approved, 'stale'),
  revoked: then(approved, 'revoked'),
  failed: then(dispatched, 'failed'),
};

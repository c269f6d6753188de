import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { newChangeId } from '#shared/changes/ids.ts';
import type { Status } from '#shared/changes/transitions.ts';
import { constraintStatements } from '#shared/ledger/constraints.ts';
import { openLedger } from '#shared/ledger/ledger.ts';

/** Times in order; decisions expire at `later`. */
export const at = '2027-01-01T00:00:00.000Z';
export const later = '2027-01-02T00:00:00.000Z';
const hex = (digit: string): string => digit.repeat(64);
const snapshotDigest = hex('5');

/** A second look at a ledger's file, as a program would have that goes round ours. */
export type Raw = {
  readonly path: string;
  readonly db: Database.Database;
  readonly run: (sql: string, ...values: readonly unknown[]) => void;
  readonly close: () => void;
};

export async function rawLedger(): Promise<Raw> {
  const dir = await mkdtemp(join(tmpdir(), 'countersign-ledger-'));
  const path = join(dir, 'ledger.db');
  await (await openLedger(path)).close();
  const db = new Database(path);
  // What is tried here is what the database refuses, not what a disk keeps.
  db.pragma('synchronous = OFF');
  return {
    path,
    db,
    run: (sql, ...values) => {
      db.prepare(sql).run(...values);
    },
    close: () => {
      db.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Takes every constraint away, lets something be done, and puts them back. */
export function unguarded(raw: Raw, work: () => void): void {
  const triggers = raw.db.prepare("select name from sqlite_master where type = 'trigger'").pluck().all() as string[];
  for (const name of triggers) raw.db.exec(`drop trigger "${name}"`);
  work();
  for (const statement of constraintStatements()) raw.db.exec(statement);
}

let made = 0;

/** A change as `planning`; answers its id. */
export function insertPlanning(raw: Raw, other: Readonly<Record<string, unknown>> = {}): string {
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
  raw.run(`insert into changes (${columns}) values (${columns.map(() => '?')})`, ...Object.values(row));
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

export function insertSnapshot(raw: Raw, id: string, phase = 'before', digest = snapshotDigest): void {
  raw.run('insert into snapshots values (?, ?, ?, ?, ?)', id, phase, digest, '{}', at);
}

export function insertSealed(raw: Raw, id: string, other: Readonly<Record<string, unknown>> = {}): void {
  const row = { seal: sealOf(id), body: sealedBody(id), snapshot: snapshotDigest, steps: 2, ...other };
  raw.run('insert into sealed values (?, ?, ?, ?, ?)', id, row.seal, row.body, row.snapshot, row.steps);
}

export function insertDecision(
  raw: Raw,
  id: string,
  verb = 'approve',
  { seal = sealOf(id), expires = later, subject = 'alice' } = {},
): void {
  const columns = 'change_id, verb, issuer, subject, seal, decided_at, expires_at, envelope';
  const values = [id, verb, 'local', subject, seal, at, expires, '{}'];
  raw.run(`insert into decisions (${columns}) values (${values.map(() => '?')})`, ...values);
}

export function insertAttempt(raw: Raw, id: string, step: number, attempt = 1, executor = 'executor-1'): void {
  raw.run('insert into attempts values (?, ?, ?, ?, ?, ?)', id, step, attempt, `step ${step}`, executor, at);
}

export function insertOutcome(raw: Raw, id: string, step: number, outcome = 'done', attempt = 1): void {
  const receipt = outcome === 'done' || outcome === 'landed' ? '{}' : null;
  raw.run('insert into outcomes values (?, ?, ?, ?, ?, ?)', id, step, attempt, outcome, receipt, at);
}

export function claim(raw: Raw, id: string, executor = 'executor-1'): void {
  raw.run('update changes set claimed_by = ?, lease_until = 1 where id = ?', executor, id);
}

export function move(raw: Raw, id: string, to: Status, updatedAt = at): void {
  raw.run('update changes set status = ?, updated_at = ? where id = ?', to, updatedAt, id);
}

export const statusOf = (raw: Raw, id: string): unknown =>
  raw.db.prepare('select status from changes where id = ?').pluck().get(id);

/** Brings a new change to a status by legal moves alone. */
export function bring(raw: Raw, status: Status): string {
  const id = insertPlanning(raw);
  roads[status](raw, id);
  return id;
}

type Road = (raw: Raw, id: string) => void;

const pending: Road = (raw, id) => {
  insertSnapshot(raw, id);
  insertSealed(raw, id);
  move(raw, id, 'pending');
};
const approved: Road = (raw, id) => {
  pending(raw, id);
  insertDecision(raw, id);
  move(raw, id, 'approved');
};
const dispatched: Road = (raw, id) => {
  approved(raw, id);
  claim(raw, id);
  move(raw, id, 'dispatched');
};
const doStep = (raw: Raw, id: string, step: number): void => {
  insertAttempt(raw, id, step);
  insertOutcome(raw, id, step);
};
const then =
  (road: Road, status: Status, before: Road = () => {}): Road =>
  (raw, id) => {
    road(raw, id);
    before(raw, id);
    move(raw, id, status);
  };

const roads: Record<Status, Road> = {
  planning: () => {},
  pending,
  approved,
  dispatched,
  unknown: then(dispatched, 'unknown', (raw, id) => insertAttempt(raw, id, 0)),
  partial: then(dispatched, 'partial', (raw, id) => doStep(raw, id, 0)),
  applied: then(dispatched, 'applied', (raw, id) => {
    doStep(raw, id, 0);
    doStep(raw, id, 1);
    insertSnapshot(raw, id, 'after', hex('6'));
  }),
  rejected: then(pending, 'rejected', (raw, id) => insertDecision(raw, id, 'reject')),
  withdrawn: then(pending, 'withdrawn'),
  expired: then(pending, 'expired'),
  superseded: then(pending, 'superseded'),
  stale: then(approved, 'stale'),
  revoked: then(approved, 'revoked'),
  failed: then(dispatched, 'failed'),
};

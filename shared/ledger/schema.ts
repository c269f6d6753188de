import type { Generated, Kysely, Transaction } from 'kysely';
import type { Status } from '#shared/changes/transitions.ts';
import type { Trust } from '#shared/tools/index.ts';

/** A point in time as ISO 8601 text in UTC with milliseconds: sorts as it reads. */
export type Timestamp = string;

/** One change: who asked for what, and where it stands. Everything but the last block never changes. */
export type ChangesTable = {
  id: string;
  server: string;
  tool: string;
  /** The agent and the blueprint under which it asked; null when a person did. */
  agent: string | null;
  blueprint: string | null;
  /** Canonical JSON of who asked. */
  requester: string;
  /** Canonical JSON of what a restore is to put back, and how; null for a proposal. */
  restores: string | null;
  idempotency_key: string | null;
  /** Digest of what makes two proposals the same; see `fingerprint` in shared/changes. */
  fingerprint: string;
  created_at: Timestamp;
  expires_at: Timestamp;

  status: Status;
  updated_at: Timestamp;
  /** Why it is where it is, in our words; shown to agents and people. */
  note: string | null;
  /** The executor that works on it, and until when nobody else may (milliseconds since 1970). */
  claimed_by: string | null;
  lease_until: number | null;
};

/** What was sealed, once, when the plan was made. `body` is canonical JSON; `seal` its SHA-256. */
export type SealedTable = { change_id: string; seal: string; body: string; snapshot: string; steps: number };

/** The state before, and the state we left. `body` is canonical JSON; `digest` its SHA-256. */
export type SnapshotsTable = {
  change_id: string;
  phase: 'before' | 'after';
  digest: string;
  body: string;
  taken_at: Timestamp;
};

/** Contents by what they are, and of how many chunks they are; the chunks of what was dropped are not there. */
export type ContentsTable = { sha256: string; bytes: number; chunks: number };

/** A piece of contents: `bytes` long when decrypted and unpacked. Unencrypted when `key_id` is null. */
export type ContentChunksTable = {
  sha256: string;
  position: number;
  bytes: number;
  encoding: 'raw' | 'zstd';
  key_id: string | null;
  nonce: Uint8Array | null;
  data: Uint8Array;
};

/** When contents that no change needed any more were dropped, and after how many days. */
export type ContentDropsTable = { id: Generated<number>; sha256: string; days: number; at: Timestamp };

/** Which change needs which contents. */
export type ContentUsesTable = { change_id: string; sha256: string };

/** What a change writes to; changes that share a resource are carried out one at a time. */
export type TouchesTable = { change_id: string; resource: string };

/** A person's signed answer. `envelope` is the DSSE envelope; the other columns repeat it for queries and triggers. */
export type DecisionsTable = {
  id: Generated<number>;
  change_id: string;
  verb: 'approve' | 'reject';
  issuer: string;
  subject: string;
  seal: string;
  decided_at: Timestamp;
  expires_at: Timestamp;
  envelope: string;
};

/** The intent to run a step, committed before the call goes out. */
export type AttemptsTable = {
  change_id: string;
  step: number;
  attempt: number;
  name: string;
  executor: string;
  begun_at: Timestamp;
};

/**
 * How an attempt ended. `done`: the backend answered. `landed`: found by our mark. `not_done`: certainly did not
 * happen. `lost`: not found, and can no longer take effect together with a repetition.
 */
export type OutcomesTable = {
  change_id: string;
  step: number;
  attempt: number;
  outcome: 'done' | 'landed' | 'not_done' | 'lost';
  receipt: string | null;
  ended_at: Timestamp;
};

/** What happened, in order, each chained to the one before by its hash. */
export type EventsTable = {
  seq: Generated<number>;
  at: Timestamp;
  type: string;
  change_id: string | null;
  actor: string;
  body: string;
  previous: string;
  hash: string;
};

/** A view of the end of the chain. */
export type LastEventView = Pick<EventsTable, 'hash'>;

/** A view of who proposed when, for whoever counts it; see migration 0010. */
export type ProposedView = Pick<ChangesTable, 'agent' | 'blueprint' | 'created_at' | 'status'>;

/** The kill switch; `value` names the server, agent or tool, and is null for all. */
export type StopsTable = {
  id: Generated<number>;
  scope: 'all' | 'server' | 'agent' | 'tool';
  value: string | null;
  reason: string;
  actor: string;
  at: Timestamp;
};

export type StopEndsTable = { stop_id: number; reason: string; actor: string; at: Timestamp };

/** What keeps the contents of one change, or of all changes of an agent, whatever the retention is. */
export type HoldsTable = {
  id: Generated<number>;
  scope: 'change' | 'agent';
  value: string;
  reason: string;
  actor: string;
  at: Timestamp;
};

export type HoldEndsTable = { hold_id: number; reason: string; actor: string; at: Timestamp };

/** Who is to look at a change, as canonical JSON; null for nobody in particular. It gives no rights. */
export type AssignmentsTable = {
  id: Generated<number>;
  change_id: string;
  assignee: string | null;
  actor: string;
  at: Timestamp;
};

/** What a reviewer was seen to say on the backend of a change that goes by it; `review` and `account` are immutable ids. */
export type ReviewsSeenTable = {
  id: Generated<number>;
  change_id: string;
  phase: 'waiting' | 'writing';
  review: string;
  state: 'approved' | 'changes_requested' | 'dismissed';
  head: string;
  account: string;
  login: string;
  may_write: number;
  submitted_at: string;
  seen_at: Timestamp;
};

/** What the keys of proposals stand for, whether a change was made with one or found by it. */
export type IdempotencyKeysTable = { agent: string; blueprint: string; idempotency_key: string; change_id: string };

/** Which changes a restore puts back. */
export type RestoredTable = { original: string; change_id: string };

/**
 * What a person asked for that is no restore: `body` is canonical JSON of the arguments, `about` the change whose approvers
 * decide it, where it is about one.
 */
export type RequestedTable = { change_id: string; body: string; about: string | null };

/** Each change that no person saw and that could be held back, once it is carried out; `waits`: 1 until one accepts it. */
export type QuarantinedTable = { change_id: string; waits: number };

/** What a restore found when it was planned, as canonical JSON. */
export type DifferencesTable = { change_id: string; body: string };

/** Restores that are decided as one. `body` is canonical JSON of what was asked for. */
export type SetsTable = { id: string; nonce: string; body: string; created_at: Timestamp };

/** The restores of a set, in the order in which they are to be carried out. */
export type SetMembersTable = { set_id: string; position: number; change_id: string };

/** What was sealed of a set, once, when all of its restores were planned. */
export type SetSealsTable = { set_id: string; seal: string; body: string; sealed_at: Timestamp };
/** Which change a change is a new version of. `version` counts from 1, of which there is no row. */
export type VersionsTable = { change_id: string; supersedes: string; version: number };

/** What changes made (`made` is 1) or moved on, in the name of whoever asked for them; null for a person. */
export type ThingsLeftTable = {
  id: Generated<number>;
  server: string;
  thing: string;
  version: string | null;
  made: number;
  change_id: string;
  agent: string | null;
  blueprint: string | null;
  at: Timestamp;
};

/** What people allowed in advance, with the change (`change_id`) that they approved. `envelope` is signed. */
export type GrantsTable = {
  id: string;
  change_id: string;
  server: string;
  agent: string;
  blueprint: string;
  changes: number;
  bytes: number;
  granted_at: Timestamp;
  expires_at: Timestamp;
  issuer: string;
  subject: string;
  envelope: string;
};

/** Why a grant ended before its time; `change_id` is the change that showed it, if one did. */
export type GrantEndsTable = {
  grant_id: string;
  why: 'revoked' | 'stopped' | 'path' | 'flag' | 'others' | 'closed';
  change_id: string | null;
  note: string;
  actor: string;
  at: Timestamp;
};

/** Which changes were decided under a grant, counted from 1. */
export type GrantUsesTable = { change_id: string; grant_id: string; number: number; bytes: number; at: Timestamp };

/**
 * One thing that a read of an agent told of. The same read several times within a moment is one row: from `first_at` to
 * `at`. `event` is the hash of the event that has it on record.
 */
export type ReadsTable = {
  id: Generated<number>;
  first_at: Timestamp;
  at: Timestamp;
  agent: string;
  blueprint: string;
  server: string;
  tool: string;
  thing: string;
  name: string;
  revision: string | null;
  rank: number | null;
  trust: Trust;
  event: string;
};

/** What was forgotten: the thing, and the digests of every text it had, by which it is known when it comes again. */
export type TombstonesTable = {
  id: Generated<number>;
  server: string;
  backend: string;
  thing: string;
  name: string;
  reason: string;
  actor: string;
  at: Timestamp;
};
export type TombstoneTextsTable = { tombstone_id: number; sha256: string };

/** Which change a change comes after, and how many are before it. */
export type AftersTable = { change_id: string; after_id: string; depth: number };

/**
 * How far a receiver of webhooks is along the events: everything up to `seq` was delivered or given up. `attempts`: in vain
 * since the last delivery; the next is not before `retry_at` (milliseconds since 1970). `claimed_by` sends until `lease_until`.
 */
export type ReceiversTable = {
  name: string;
  seq: number;
  attempts: number;
  retry_at: number | null;
  failing_since: Timestamp | null;
  /** Why, in our words. */
  problem: string | null;
  delivered_at: Timestamp | null;
  /** How many events were given up. */
  dropped: number;
  claimed_by: string | null;
  lease_until: number | null;
};

/** A view of where every change stands, on whichever server it is; `seal` is null while it has no plan. */
export type StandingsView = Pick<ChangesTable, 'id' | 'server' | 'tool' | 'agent' | 'blueprint' | 'status'> & {
  seal: string | null;
  depth: number;
  is_restore: number;
};

/** Reads before `until` are kept no more, since `at`. */
export type ReadDropsTable = { id: Generated<number>; until: Timestamp; days: number; at: Timestamp };

/** A view of the latest time that reads and the last event have; null where there are none. */
export type LatestTimeView = { at: Timestamp | null };

/** A view of the changes that others (`change_id`) come after, with what was sealed of them. */
export type EarlierView = { change_id: string; id: string; status: Status; seal: string; body: string };

/** What their steps answered. */
export type EarlierReceiptsView = { change_id: string; name: string; receipt: string | null };

export type LedgerSchema = {
  changes: ChangesTable;
  sealed: SealedTable;
  snapshots: SnapshotsTable;
  contents: ContentsTable;
  content_uses: ContentUsesTable;
  content_chunks: ContentChunksTable;
  content_drops: ContentDropsTable;
  touches: TouchesTable;
  decisions: DecisionsTable;
  attempts: AttemptsTable;
  outcomes: OutcomesTable;
  events: EventsTable;
  last_event: LastEventView;
  proposed: ProposedView;
  stops: StopsTable;
  stop_ends: StopEndsTable;
  holds: HoldsTable;
  hold_ends: HoldEndsTable;
  assignments: AssignmentsTable;
  reviews_seen: ReviewsSeenTable;
  idempotency_keys: IdempotencyKeysTable;
  restored: RestoredTable;
  requested: RequestedTable;
  quarantined: QuarantinedTable;
  differences: DifferencesTable;
  sets: SetsTable;
  set_members: SetMembersTable;
  set_seals: SetSealsTable;
  afters: AftersTable;
  versions: VersionsTable;
  things_left: ThingsLeftTable;
  grants: GrantsTable;
  grant_ends: GrantEndsTable;
  grant_uses: GrantUsesTable;
  receivers: ReceiversTable;
  reads: ReadsTable;
  read_drops: ReadDropsTable;
  latest_time: LatestTimeView;
  tombstones: TombstonesTable;
  tombstone_texts: TombstoneTextsTable;
  standings: StandingsView;
  earlier: EarlierView;
  earlier_receipts: EarlierReceiptsView;
};

export type LedgerDb = Kysely<LedgerSchema>;
export type LedgerTx = Transaction<LedgerSchema>;

import { newChangeId } from '#shared/changes/ids.ts';
import type { Status } from '#shared/changes/transitions.ts';
import { sha256 } from '#shared/crypto/canonical.ts';

/** A row to insert, by column. */
export type Row = Readonly<Record<string, string | number | null>>;

/** Everything that the ledger has of one change; the events still without their places in the chain. */
export type History = {
  readonly changes: Row;
  readonly sealed: Row;
  readonly snapshots: readonly Row[];
  readonly touches: readonly Row[];
  readonly idempotency_keys: readonly Row[];
  readonly decisions: readonly Row[];
  readonly attempts: readonly Row[];
  readonly outcomes: readonly Row[];
  readonly events: readonly EventRow[];
};
export type EventRow = { at: string; type: string; change_id: string; actor: string; body: string };

/** Of a hundred changes that ended, about so many ended so. */
const ends: readonly (readonly [Status, number])[] = [
  ['applied', 80],
  ['rejected', 6],
  ['expired', 5],
  ['stale', 4],
  ['withdrawn', 2],
  ['failed', 2],
  ['partial', 1],
];
const endings = ends.flatMap(([status, share]) => Array.from({ length: share }, () => status));

/** Of a hundred that are open, so many stand so. */
const opens: readonly Status[] = Array.from({ length: 100 }, (_, at) => (at < 90 ? 'pending' : 'approved'));

const words = ['parser', 'retry', 'header', 'cache', 'index', 'queue', 'login', 'upload', 'metric', 'invoice'];
/** The canonical JSON of what is written here with its keys in order, and much faster. */
const json = (value: object): string => JSON.stringify(value);

const server = 'github';
const person = json({ issuer: 'countersign:local', kind: 'person', subject: 'alice' });
const own = json({ kind: 'server', server });
const second = 1_000;

/** The whole past of the `at`-th change, made at a time. Two of ten are of one agent, and all work on 2,000 branches. */
export function historyOf(at: number, made: Date, open: boolean): History {
  const status = (open ? opens[at % opens.length] : endings[(at * 37) % endings.length]) ?? 'applied';
  const id = newChangeId(made);
  const agent = at % 5 === 0 ? 'bench-agent' : `agent-${at % 40}`;
  const blueprint = at % 5 === 0 ? 'bench' : `blueprint-${at % 40}`;
  const times = Array.from({ length: 12 }, (_, step) => new Date(made.getTime() + step * second).toISOString());
  const [created = '', decided = '', begun = ''] = times;
  const snapshot = sha256(`${id} before`);
  const branch = `acme/${words[at % words.length]}:agent/work-${at % 2000}`;
  const body = sealedBody({ id, agent, blueprint, created, expires: expiryOf(made), snapshot, branch, at });
  const seal = sha256(body);
  const wasDecided = !['pending', 'expired', 'withdrawn'].includes(status);
  const ran = ['applied', 'partial', 'failed'].includes(status);
  const stepsDone = { applied: 3, partial: 1 }[status as string] ?? 0;
  const attempts = ran ? Math.min(3, stepsDone + (status === 'applied' ? 0 : 1)) : 0;
  return {
    changes: {
      id,
      server,
      tool: 'propose_pull_request',
      agent,
      blueprint,
      requester: json({ agent, kind: 'agent' }),
      restores: null,
      idempotency_key: at % 2 === 0 ? `key-${id}` : null,
      fingerprint: sha256(`${id} fingerprint`),
      created_at: created,
      expires_at: expiryOf(made),
      status,
      updated_at: times.at(-1) ?? '',
      note: null,
      claimed_by: null,
      lease_until: null,
    },
    sealed: { change_id: id, seal, body, snapshot, steps: 3 },
    snapshots: (status === 'applied' ? ['before', 'after'] : ['before']).map((phase) => ({
      change_id: id,
      phase,
      digest: phase === 'before' ? snapshot : sha256(`${id} after`),
      body: json({
        branch,
        head: snapshot.slice(0, 40),
        files: [{ path: `src/${at}.ts`, sha: seal.slice(0, 40) }],
      }),
      taken_at: created,
    })),
    touches: [{ change_id: id, resource: branch }],
    idempotency_keys: at % 2 === 0 ? [{ agent, blueprint, idempotency_key: `key-${id}`, change_id: id }] : [],
    decisions: wasDecided ? [decisionRow(id, status === 'rejected' ? 'reject' : 'approve', seal, decided)] : [],
    attempts: Array.from({ length: attempts }, (_, step) => ({
      change_id: id,
      step,
      attempt: 1,
      name: `step ${step}`,
      executor: 'executor-1',
      begun_at: begun,
    })),
    outcomes: Array.from({ length: attempts }, (_, step) => ({
      change_id: id,
      step,
      attempt: 1,
      outcome: step < stepsDone ? 'done' : 'not_done',
      receipt: step < stepsDone ? json({ sha: seal.slice(0, 40) }) : null,
      ended_at: begun,
    })),
    events: eventsOf({ id, agent, blueprint, status, times, wasDecided, ran, seal }),
  };
}

const expiryOf = (made: Date): string => new Date(made.getTime() + 7 * 86_400_000).toISOString();

function decisionRow(id: string, verb: string, seal: string, at: string): Row {
  const envelope = json({ payload: seal.repeat(5), payloadType: 'x', signatures: [{ keyid: seal, sig: seal }] });
  const who = { issuer: 'countersign:local', subject: 'alice' };
  return { change_id: id, verb, ...who, seal, decided_at: at, expires_at: '2099-01-01T00:00:00.000Z', envelope };
}

type SealedFacts = {
  readonly id: string;
  readonly agent: string;
  readonly blueprint: string;
  readonly created: string;
  readonly expires: string;
  readonly snapshot: string;
  readonly branch: string;
  readonly at: number;
};

function sealedBody({ id, agent, blueprint, created, expires, snapshot, branch, at }: SealedFacts): string {
  const [one, two] = [words[at % words.length] ?? '', words[Math.floor(at / 10) % words.length] ?? ''];
  const title = `Mend the ${one} of the ${two}, number ${at}`;
  return json({
    arguments: { branch, reason: 'to measure', repository: 'acme/web', title },
    backend: 'https://git.example',
    blueprint: { digest: snapshot, name: blueprint },
    change_id: id,
    contract: snapshot,
    created_at: created,
    effects: [],
    expires_at: expires,
    flags: [],
    format: 'countersign/change@1',
    nonce: snapshot,
    plan: { branch, files: [{ path: `src/${at}.ts`, sha256: snapshot }], title },
    reaches: [],
    requester: { agent, kind: 'agent' },
    restores: null,
    reversible: { level: 'full', lost: [] },
    review: { by: ['local'], quorum: 1 },
    server,
    snapshot,
    sponsor: 'operator',
    steps: ['createRef', 'createCommitOnBranch', 'createPullRequest'],
    summary: title,
    target: { branch, repository: 'R_1' },
    tool: 'propose_pull_request',
    touches: [branch],
  });
}

type Past = {
  readonly id: string;
  readonly agent: string;
  readonly blueprint: string;
  readonly status: Status;
  readonly times: readonly string[];
  readonly wasDecided: boolean;
  readonly ran: boolean;
  readonly seal: string;
};

/** Ten of nearly every change that ended, as the ledger records them. */
function eventsOf({ id, agent, blueprint, status, times, wasDecided, ran, seal }: Past): EventRow[] {
  const agentActor = json({ agent, blueprint, kind: 'agent' });
  const made: EventRow[] = [];
  const add = (type: string, actor: string, body: object): void => {
    made.push({ at: times[made.length] ?? '', type, change_id: id, actor, body: json(body) });
  };
  const move = (from: Status, to: Status, actor: string): void => {
    add(`change.${to}`, actor, { from, note: null, to });
  };
  add('change.asked', agentActor, { fingerprint: seal, server, tool: 'propose_pull_request' });
  move('planning', 'pending', agentActor);
  if (status === 'pending') return made;
  if (!wasDecided) {
    move('pending', status, status === 'withdrawn' ? agentActor : own);
    return made;
  }
  add('decision.made', person, { reason: '', seal, verb: status === 'rejected' ? 'reject' : 'approve' });
  move('pending', status === 'rejected' ? 'rejected' : 'approved', person);
  if (status === 'rejected' || status === 'approved') return made;
  if (ran) move('approved', 'dispatched', own);
  for (let step = 0; ran && made.length < 11; step += 1) {
    add('step.begun', own, { attempt: 1, executor: 'executor-1', step: Math.floor(step / 2) });
    add('step.ended', own, { attempt: 1, outcome: 'done', step: Math.floor(step / 2) });
  }
  move(ran ? 'dispatched' : 'approved', status, own);
  return made;
}

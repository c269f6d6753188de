import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { personKnower } from '#servers/approvals/sign-in/admission.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { decide } from '#shared/changes/decide.ts';
import type { Approver } from '#shared/changes/decision.ts';
import { localIssuer } from '#shared/changes/entitled.ts';
import { executeApproved } from '#shared/changes/execute.ts';
import type { ExecutorContext, WorkResult } from '#shared/changes/executor-context.ts';
import type { GrantTerms } from '#shared/changes/grant-terms.ts';
import { openSigningKey, publishKey, readVerificationKeys, type SigningKey } from '#shared/changes/keys.ts';
import { planAsked } from '#shared/changes/plan-asked.ts';
import { type Proposed, propose } from '#shared/changes/propose.ts';
import { resumePartial } from '#shared/changes/resume-partial.ts';
import { resumeDispatched } from '#shared/changes/settle.ts';
import { settleDoubt } from '#shared/changes/settle-doubt.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import type { Status } from '#shared/changes/transitions.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { type DueWork, dueWork, releaseLease, takeLease } from '#shared/ledger/leases.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { isPostgresUrl } from '#shared/ledger/location.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { parsePeople } from '#shared/people/load.ts';
import type { People } from '#shared/people/people.ts';
import type { NoteAsk } from './accept-note.ts';
import { newSqliteLedger } from './new-ledger.ts';
import { type NoteReader, type NoteStore, type NotesTarget, type NoteWriter, noteStore } from './notes.ts';
import { type NotesCapability, notesCapability } from './notes-tool.ts';
import { noteSponsors, type SponsorTable } from './sponsors.ts';

export type NotesExecutor = ExecutorContext<NoteReader, NoteWriter, NoteAsk, NotesTarget>;

export const alice: Approver = { issuer: localIssuer, subject: 'alice' };
export const bob: Approver = { issuer: localIssuer, subject: 'bob' };

/** A time that only moves when it is told to. */
export type Clock = { readonly now: () => Date; readonly advance: (ms: number) => void };

function clockAt(iso = '2027-01-02T03:04:05.000Z'): Clock {
  let time = Date.parse(iso);
  return {
    now: () => new Date(time),
    advance: (ms) => {
      time += ms;
    },
  };
}

/** A blueprint that grants notes; `more` is further YAML. */
export function notesBlueprint(
  notes: readonly string[],
  more = '',
  capabilities: readonly NotesCapability[] = [notesCapability()],
): Blueprint {
  const text = `blueprint: note-keeper
goal: Keep notes.
agent: note-bot
sponsor: alice
callers: [{ listener: 127.0.0.1 }]
capabilities: { notes-write: { notes: ${JSON.stringify(notes)} } }
${more}
`;
  return parseBlueprint({ text, source: 'notes.yaml', capabilities });
}

export type NotesKit = {
  readonly dir: string;
  readonly ledgerPath: string;
  readonly ledger: Ledger;
  readonly store: NoteStore;
  /** What sponsors may do with the notebook. */
  readonly permissions: SponsorTable<NoteAsk>;
  readonly clock: Clock;
  readonly key: SigningKey;
  /** The blueprint that agents propose under; the executor looks it up here by name. */
  blueprint: Blueprint;
  /** What `blueprint` looks up; delete it to revoke. */
  readonly blueprints: Map<string, Blueprint>;
  readonly context: NotesExecutor;
  /** Another executor on the same ledger and backend. */
  readonly executor: (name: string, other?: Partial<NotesExecutor>) => NotesExecutor;
  readonly propose: (notes: Readonly<Record<string, string | null>>, more?: object) => Promise<Proposed>;
  /** Groups are those that an identity provider claims; the list of people may know more. */
  readonly decide: (
    id: string,
    verb?: 'approve' | 'reject',
    approver?: Approver,
    groups?: readonly string[],
    grant?: GrantTerms,
  ) => Promise<Status>;
  /** The list of people, where the kit has one; may be replaced. */
  people: People | undefined;
  readonly approved: (notes: Readonly<Record<string, string | null>>) => Promise<string>;
  readonly status: (id: string) => Promise<Status | undefined>;
  readonly close: () => Promise<void>;
};

/** Makes and opens the ledger of a kit, which has a folder. Whoever wants another engine sets others. */
export const ledgers = {
  /** Answers where it is. */
  make: async (dir: string): Promise<string> => {
    const path = join(dir, 'ledger.db');
    await newSqliteLedger(path);
    return path;
  },
  open: async (location: string): Promise<Ledger> => {
    const ledger = await openLedger(location);
    // A test that pulls no plug need not wait for the disk.
    if (!isPostgresUrl(location)) await sql`pragma synchronous = off`.execute(ledger.db);
    return ledger;
  },
};

/** Everything between an agent and a notebook: a real ledger, real keys, an executor, and a clock that stands still. */
export async function notesKit(
  options: {
    readonly notes?: readonly string[];
    readonly more?: string;
    readonly repeat?: 'guarded' | 'never';
    readonly combines?: boolean;
    /** Whether changes can be reviewed where the notes are. */
    readonly reviews?: boolean;
    /** Whether what is written can be held back until a person accepts it. */
    readonly quarantine?: 'possible' | 'impossible';
    /** A list of people, as YAML. */
    readonly people?: string | undefined;
    readonly signIn?: 'link' | 'provider';
  } = {},
): Promise<NotesKit> {
  const dir = await mkdtemp(join(tmpdir(), 'countersign-notes-'));
  const ledgerPath = await ledgers.make(dir);
  const ledger = await ledgers.open(ledgerPath);
  const key = openSigningKey(join(dir, 'keys/decision.pem'));
  publishKey(join(dir, 'keys/public.json'), key);
  const store = noteStore();
  const clock = clockAt();
  const capability = notesCapability(options.repeat, options.combines, true, options.reviews, options.quarantine);
  const blueprint = notesBlueprint(options.notes ?? ['a', 'b', 'c'], options.more, [capability]);
  const blueprints = new Map([[blueprint.name, blueprint]]);
  const tools = toolbox([capability]);
  const permissions = noteSponsors();
  const context: NotesExecutor = {
    tools,
    server: 'notes',
    backend: 'notes.test',
    sponsors: permissions.sponsors,
    approvers: {
      ...(options.people !== undefined && { people: () => kit.people ?? nobody }),
      ...(options.signIn && { signIn: options.signIn }),
    },
    ledger,
    readerFor: () => store.reader,
    door: store.door,
    keys: () => readVerificationKeys(join(dir, 'keys/public.json')),
    blueprint: (name) => blueprints.get(name) ?? null,
    blueprints: () => [...blueprints.values()],
    executor: 'executor-1',
    leaseMs: 30_000,
    now: clock.now,
  };
  const kit: NotesKit = {
    dir,
    ledgerPath,
    ledger,
    store,
    permissions,
    clock,
    key,
    blueprint,
    blueprints,
    context,
    executor: (name, other) => ({ ...context, ...other, executor: name }),
    propose: (notes, more) => {
      const granted = tools.find('set_notes');
      if (granted?.tool.kind !== 'write') throw new Error('set_notes is a write tool');
      const args = { notes: Object.entries(notes).map(([id, text]) => ({ id, text })), reason: 'because', ...more };
      return propose(context, kit.blueprint, { tool: granted.tool, capability: granted.capability }, args);
    },
    people: options.people === undefined ? undefined : parsePeople({ text: options.people, source: 'people.yaml' }),
    decide: async (id, verb = 'approve', approver = alice, groups = [], grant) => {
      const seal = (await findSealed(ledger.db, id))?.seal ?? '';
      const people = kit.people;
      const known = personKnower(people && (() => people))({ approver, how: 'oidc', name: null, groups });
      const input = { changes: [{ changeId: id, seal }], verb, approver, known, reason: 'looked at it', grant };
      const context = { ledger, key, now: clock.now, people: people && (() => people) };
      const [decided] = await decide(context, input);
      if (!decided) throw new Error('one change was decided');
      return decided.status;
    },
    approved: async (notes) => {
      const { changeId } = await kit.propose(notes);
      await kit.decide(changeId);
      return changeId;
    },
    status: async (id) => (await findChange(ledger.db, id))?.status,
    close: async () => {
      await ledger.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return kit;
}

const nobody: People = { all: new Map(), teams: new Map(), source: 'people.yaml' };

/** Takes up what is due, once each, one after the other, as the worker would. */
export async function workOnce(context: NotesExecutor): Promise<{ id: string; result: WorkResult }[]> {
  const { ledger, executor, leaseMs, now, server } = context;
  const results: { id: string; result: WorkResult }[] = [];
  for (const work of await dueWork(ledger.db, server, now().getTime())) {
    const at = now().getTime();
    if (!(await ledger.write((tx) => takeLease(tx, { ...work, executor, now: at, until: at + leaseMs })))) continue;
    const result = await carryOut(context, work).catch(
      (cause: unknown): WorkResult => ({ later: 'it could not be carried out now', cause }),
    );
    if (result !== 'done') await ledger.write((tx) => releaseLease(tx, executor, work.id, now().getTime()));
    results.push({ id: work.id, result });
  }
  return results;
}

/** Works until nothing is due, or nothing that is due gets any further. */
export async function workAll(context: NotesExecutor, rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    if ((await workOnce(context)).length === 0) return;
  }
}

function carryOut(context: NotesExecutor, { id, status }: DueWork): Promise<WorkResult> {
  const work = {
    planning: planAsked,
    approved: executeApproved,
    dispatched: resumeDispatched,
    unknown: settleDoubt,
    partial: resumePartial,
  } as const;
  return work[status](context, id);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { knowledgeRead } from '#capabilities/knowledge-read/capability.ts';
import { knowledgeWrite } from '#capabilities/knowledge-write/capability.ts';
import { personKnower } from '#servers/approvals/sign-in/admission.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { decide } from '#shared/changes/decide.ts';
import { decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { decideSet } from '#shared/changes/decide-set.ts';
import { localIssuer } from '#shared/changes/entitled.ts';
import { executeApproved } from '#shared/changes/execute.ts';
import { openSigningKey, publishKey, readVerificationKeys } from '#shared/changes/keys.ts';
import { redeemPermit } from '#shared/changes/permit.ts';
import { planAsked } from '#shared/changes/plan-asked.ts';
import { policyDecider } from '#shared/changes/policy.ts';
import { propose } from '#shared/changes/propose.ts';
import { requestByPerson } from '#shared/changes/request-by-person.ts';
import { requestSet } from '#shared/changes/request-set.ts';
import { sealSet } from '#shared/changes/seal-set.ts';
import { unsealSet } from '#shared/changes/set.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { dueWork, takeLease } from '#shared/ledger/leases.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { findSetSeal, membersOf } from '#shared/ledger/sets.ts';
import type { RestoreChoice } from '#shared/tools/index.ts';
import type { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { newSqliteLedger } from '#test/fakes/new-ledger.ts';
import { knowledgeSponsors } from '#test/fakes/sponsors.ts';

const capabilities = [knowledgeRead, knowledgeWrite];
const tools = toolbox(capabilities);
const alice = { issuer: localIssuer, subject: 'alice' };
const known = personKnower(undefined)({ approver: alice, how: 'oidc', name: null, groups: [] });

/** What it does to pages of its own needs nobody, and waits; people decide all else. */
const blueprint = parseBlueprint({
  text: `blueprint: writer
goal: Keep the handbook.
agent: deps-bot
sponsor: alice
callers: [{ listener: 127.0.0.1 }]
capabilities:
  knowledge-read: { namespaces: [handbook] }
  knowledge-write: { namespaces: [handbook], tools: [create_page, update_page, comment_on_page, move_page] }
limits: { writes_per_hour: 1000, pending: 50 }
review:
  rules:
    - { tools: [create_page, update_page, comment_on_page], own: true, flags: none, reaches: [notifies], decide: policy }
`,
  source: 'writer.yaml',
  capabilities,
});

/** A set of restores once it ended: what became of each, and what it left out. */
type Ended = {
  readonly restores: readonly {
    readonly of: readonly string[];
    readonly status: string;
    readonly note: string | null;
  }[];
  readonly leftOut: readonly { readonly change_id: string; readonly why: string }[];
};

/** An agent's changes of pages of a place, and sets of their restores, over a real ledger. */
export type SetKit = Awaited<ReturnType<typeof setKit>>;

export async function setKit() {
  const dir = await mkdtemp(join(tmpdir(), 'countersign-sets-'));
  await newSqliteLedger(join(dir, 'ledger.db'));
  const ledger = await openLedger(join(dir, 'ledger.db'));
  await sql`pragma synchronous = off`.execute(ledger.db);
  const key = openSigningKey(join(dir, 'keys/decision.pem'));
  publishKey(join(dir, 'keys/public.json'), key);
  let time = Date.parse('2027-01-02T03:04:05.000Z');
  let wiki: FakeKnowledge;
  const context = {
    ...{ tools, ledger, server: 'knowledge', backend: 'wiki.example', key, now: () => new Date(time) },
    ...{ sponsors: knowledgeSponsors().sponsors, keys: () => readVerificationKeys(join(dir, 'keys/public.json')) },
    readerFor: (viewer: Parameters<FakeKnowledge['readerFor']>[0]) => wiki.readerFor(viewer),
    ...{ blueprint: () => blueprint, blueprints: () => [blueprint], executor: 'executor-1', leaseMs: 30_000 },
    door: {
      open: async (permit: Parameters<typeof redeemPermit>[0]) => {
        redeemPermit(permit);
        return wiki.writer();
      },
      done: async () => {},
    },
  };
  const deciders = [policyDecider({ blueprint: () => blueprint, decidable: () => 'by_policy' })];

  /** Works as an executor does, the newest that is due first: whatever has to go before it is not left to luck. */
  const work = async (): Promise<void> => {
    for (;;) {
      const due = (await dueWork(ledger.db, 'knowledge', time)).at(-1);
      if (due === undefined) return;
      const held = { ...due, executor: 'executor-1', now: time, until: time + 30_000 };
      await ledger.write((tx) => takeLease(tx, held));
      await (due.status === 'planning' ? planAsked : executeApproved)(context, due.id);
    }
  };
  const status = async (id: string) => (await findChange(ledger.db, id))?.status;
  const carriedOut = async (id: string): Promise<string> => {
    const isDecided = await decideAutomatically({ ledger, key, now: context.now, deciders }, id);
    const seal = (await findSealed(ledger.db, id))?.seal ?? '';
    const said = { verb: 'approve', approver: alice, known, reason: 'looked at it' } as const;
    if (!isDecided) await decide(context, { changes: [{ changeId: id, seal }], ...said });
    await work();
    return id;
  };

  return {
    /** Another place, which no change has touched. */
    use: (other: FakeKnowledge): void => {
      wiki = other;
    },
    /** When something is done, apart from all that was done before. */
    later: (): string => {
      time += 60_000;
      return context.now().toISOString();
    },
    status,
    /** Proposes for the agent, lets a rule or a person approve, and carries out; answers the change. */
    act: async (name: string, args: Record<string, unknown>): Promise<string> => {
      time += 1_000;
      const granted = tools.find(name);
      if (granted?.tool.kind !== 'write') throw new Error(`no write tool ${name}`);
      const { tool, capability } = granted;
      const { changeId } = await propose(context, blueprint, { tool, capability }, { reason: 'because', ...args });
      return carriedOut(changeId);
    },
    /** A person accepts what a change wrote on a page; answers the change, or null where nothing can be accepted. */
    accept: async (change: string, page: string): Promise<string | null> => {
      time += 1_000;
      const args = { page, change, reason: 'it is right' };
      const id = await requestByPerson(context, alice, {
        server: 'knowledge',
        tool: 'accept_page',
        args,
        about: change,
      });
      await work();
      return (await status(id)) === 'pending' ? carriedOut(id) : null;
    },
    /** Asks for a set, lets it be planned, approves it, and carries it out. */
    restore: async (
      of: { readonly since: string } | { readonly changeIds: readonly string[] },
      choice: RestoreChoice = 'refuse',
    ): Promise<Ended> => {
      time += 1_000;
      const scope = 'since' in of ? { agent: 'deps-bot', ...of } : of;
      const id = await requestSet(context, alice, { ...scope, choice, reason: 'wrong' });
      let kept = await findSetSeal(ledger.db, id);
      for (; kept === undefined; kept = await findSetSeal(ledger.db, id)) {
        await work();
        await sealSet(context, id);
      }
      const { members, left_out: leftOut } = unsealSet(kept);
      if (members.length > 0) {
        await decideSet(context, { setId: id, seal: kept.seal, verb: 'approve', approver: alice, reason: '' });
      }
      await work();
      const sealed = new Set(members.map(({ change_id }) => change_id));
      const restores = (await membersOf(ledger.db, id)).filter((row) => sealed.has(row.id));
      return {
        leftOut,
        restores: restores.map(({ restores: request, status: ended, note }) => {
          const { change_id: first, also = [] } = JSON.parse(request ?? '');
          return { of: [first, ...also], status: ended, note };
        }),
      };
    },
    close: async (): Promise<void> => {
      await ledger.close();
      await rm(dir, { recursive: true });
    },
  };
}

import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { grantDecider } from '#shared/changes/decide-by-grant.ts';
import { verifyGrant } from '#shared/changes/grant.ts';
import { type Coverage, coverageOf } from '#shared/changes/grant-coverage.ts';
import { haltOf } from '#shared/changes/halt.ts';
import { denyPolicy, policyDecider } from '#shared/changes/policy.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { type VerifiedChange, verifyApproved } from '#shared/changes/verify.ts';
import { findGrant } from '#shared/ledger/grants.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { Json } from '#shared/tools/index.ts';
import { alice, type NotesKit, notesBlueprint, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { carrierOf, type State } from './state.ts';

const rule = 'review: { rules: [{ tools: [set_notes], own: true, flags: none, reaches: [notifies], decide: policy }] }';
const offer = (changes: number): string =>
  `review: { rules: [{ tools: [set_notes], expires: 7d, grant: { changes: ${changes}, bytes: 100, for: 72h } }] }`;
const edited = (more: string): Blueprint => notesBlueprint(['a', 'b', 'c', 'd'], more);

type Blueprints = Readonly<Record<State['blueprint'], Blueprint | null>>;

/** What stops a change, what a rule decides, and what a task grant covers: said by the code of real changes. */
export type Decisions = {
  readonly halt: (state: HaltFacts) => 'expired' | 'revoked' | null;
  readonly decides: (state: Pick<State, 'own' | 'blueprint'>) => boolean;
  readonly covers: (state: Pick<State, 'own' | 'grant'>) => 'covers' | 'ends' | 'waits';
};

type HaltFacts = Pick<State, 'late' | 'blueprint' | 'own' | 'decision' | 'automatic'>;

/** Asks the functions that decide about every case that is explored, of a change that people approved, one that a rule did, and one under a grant. */
export async function decisionsInForce(): Promise<Decisions> {
  const people = await byPeople();
  const rules = await byRule();
  const grants = await underGrant();
  const halts = { people: people, rule: rules.halts, grant: grants.halts };
  return {
    halt: (state) => {
      const carrier = carrierOf(state) ?? 'people';
      return halts[carrier].get(keyOf(state)) ?? null;
    },
    decides: ({ own, blueprint }) => rules.decides.has(`${own} ${blueprint}`),
    covers: ({ own, grant }) => {
      const coverage = grants.covers(own, grant === 'used up');
      if (coverage.covered) return 'covers';
      return coverage.ends === null ? 'waits' : 'ends';
    },
  };
}

const keyOf = ({ late, blueprint, own }: Pick<HaltFacts, 'late' | 'blueprint' | 'own'>): string =>
  `${late} ${blueprint} ${own}`;

type Halts = ReadonlyMap<string, 'expired' | 'revoked'>;

async function byPeople(): Promise<Halts> {
  const kit = await notesKit();
  try {
    const id = await kit.approved({ a: 'one' });
    const gone = { unoffered: edited(''), narrowed: notesBlueprint(['b']), gone: null };
    return await haltsOf(kit, id, { live: kit.blueprint, edited: edited(''), ...gone });
  } finally {
    await kit.close();
  }
}

async function byRule(): Promise<{ readonly halts: Halts; readonly decides: ReadonlySet<string> }> {
  const kit = await notesKit({ more: rule });
  try {
    await applied(kit, await kit.approved({ a: 'one' }));
    const { changeId: id } = await kit.propose({ a: 'two' });
    const decidable = () => 'by_policy' as const;
    const { ledger, key, blueprint: live } = kit;
    const deciders = [policyDecider({ blueprint: () => live, decidable })];
    await decideAutomatically({ ledger, key, now: kit.clock.now, deciders }, id);
    const gone = { unoffered: edited(''), narrowed: notesBlueprint(['b'], rule), gone: null };
    const blueprints: Blueprints = { live, edited: edited(rule), ...gone };
    const { body } = unseal((await findSealed(ledger.db, id)) ?? fail());
    const decides = cases(blueprints).filter(({ own, blueprint }) => {
      const facts = { blueprint: blueprints[blueprint], decidable: decidable(), own, at: kit.clock.now() };
      return denyPolicy(body, facts) === null;
    });
    const halts = await haltsOf(kit, id, blueprints);
    return { halts, decides: new Set(decides.map(({ own, blueprint }) => `${own} ${blueprint}`)) };
  } finally {
    await kit.close();
  }
}

async function underGrant(): Promise<{
  readonly halts: Halts;
  readonly covers: (own: boolean, usedUp: boolean) => Coverage;
}> {
  const kit = await notesKit({ more: offer(3) });
  try {
    const { ledger, key } = kit;
    const { changeId: origin } = await kit.propose({ a: 'one' });
    const first = unseal((await findSealed(ledger.db, origin)) ?? fail()).body;
    await kit.decide(origin, 'approve', alice, [], first.review.grant);
    await applied(kit, origin);
    const grant = verifyGrant(
      kit.context.keys(),
      ((await findGrant(ledger.db, { change: origin })) ?? fail()).envelope,
    );
    const { changeId: id } = await kit.propose({ a: 'two' });
    const deciders = [grantDecider({ keys: kit.context.keys })];
    await decideAutomatically({ ledger, key, now: kit.clock.now, deciders }, id);
    const gone = { unoffered: edited(offer(2)), narrowed: notesBlueprint(['b'], offer(3)), gone: null };
    const halts = await haltsOf(kit, id, { live: kit.blueprint, edited: edited(offer(4)), ...gone });
    const { body } = unseal((await findSealed(ledger.db, id)) ?? fail());
    const [built] = body.stands_on ?? [];
    const covers = (own: boolean, usedUp: boolean): Coverage => {
      const things = new Map([[built?.thing ?? '', new Set([own ? (built?.version ?? '') : 'another'])]]);
      const used = { changes: usedUp ? grant.changes : grant.changes - 1, bytes: 0 };
      return coverageOf({ grant, origin: first, things, used, at: kit.clock.now().toISOString() }, body);
    };
    return { halts, covers };
  } finally {
    await kit.close();
  }
}

async function applied(kit: NotesKit, id: string): Promise<void> {
  await workAll(kit.context);
  if ((await kit.status(id)) !== 'applied') fail();
}

function fail(): never {
  throw new Error('what is explored could not be made');
}

/** What `haltOf` says of a real approved change, at each time, with each blueprint and whoever’s work it builds on. */
async function haltsOf(kit: NotesKit, id: string, blueprints: Blueprints): Promise<Halts> {
  const change = await verifyApproved(kit.context, kit.context.keys(), kit.ledger, id);
  const after = new Date(Date.parse(change.approvedUntil) + 1);
  const table = new Map<string, 'expired' | 'revoked'>();
  for (const one of cases(blueprints)) {
    const now = one.late ? () => after : kit.clock.now;
    const context = { ...kit.context, now, blueprint: () => blueprints[one.blueprint] };
    const halt = haltOf(context, asOf(change, one.own));
    if (halt) table.set(keyOf(one), halt.status);
  }
  return table;
}

/** The same change, had it been verified when what it builds on was its agent’s own, or was not. */
function asOf<R, W, A, T extends Json>(change: VerifiedChange<R, W, A, T>, own: boolean): VerifiedChange<R, W, A, T> {
  return { ...change, own };
}

function cases(blueprints: Blueprints): readonly Pick<State, 'late' | 'blueprint' | 'own'>[] {
  const both = [false, true];
  const all = Object.keys(blueprints) as State['blueprint'][];
  return all.flatMap((blueprint) => both.flatMap((late) => both.map((own) => ({ late, blueprint, own }))));
}

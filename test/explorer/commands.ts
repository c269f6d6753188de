import fc from 'fast-check';
import { decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { expireOverdue } from '#shared/changes/expire.ts';
import { policyDecider } from '#shared/changes/policy.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { requestResume } from '#shared/changes/resume.ts';
import { doubtOf, settleByPerson } from '#shared/changes/settle-by-person.ts';
import { findMove, moves, type Status } from '#shared/changes/transitions.ts';
import { AppError } from '#shared/errors.ts';
import { findChange, moveChange } from '#shared/ledger/changes.ts';
import { activeStops, endStop, insertStop } from '#shared/ledger/stops.ts';
import { NotDone } from '#shared/tools/index.ts';
import { alice, bob, notesBlueprint, workAll, workOnce } from '#test/fakes/notes-kit.ts';
import { brokenPromises, nextExecutor, type Real, tookEffect } from './real.ts';

/** What must be so after the commands up to now, as far as they alone say it. */
export type Model = {
  readonly status: Map<string, Status>;
  /** What came about on the way: statuses, and what people did. */
  readonly seen: Set<Status | 'settled' | 'resumed' | 'by rule'>;
  stopped: boolean;
  blueprint: 'live' | 'narrowed' | 'gone';
};

type Command = fc.AsyncCommand<Model, Real>;
type Act = (model: Model, real: Real) => Promise<void>;

/** A command that is followed by a look at everything. */
function command(name: string, act: Act): Command {
  return {
    check: () => true,
    run: async (model, real) => {
      const puts = putsOf(real);
      await act(model, real);
      const broken = await brokenPromises(real);
      if (broken.length > 0) throw new Error(broken.join('\n'));
      if (model.stopped && putsOf(real) > puts) throw new Error('A write began while writes were stopped.');
      await compare(model, real);
    },
    toString: () => name,
  };
}

function putsOf({ kit }: Real): number {
  return kit.store.log.filter((call) => call.startsWith('put')).length;
}

/** Where each change is must be on a way through the table from where the model knew it last. */
async function compare(model: Model, { kit, ids }: Real): Promise<void> {
  for (const id of ids) {
    const status = await kit.status(id);
    const before = model.status.get(id) ?? 'planning';
    if (!status || !leads(before, status)) throw new Error(`${id} went from ${before} to ${status}.`);
    model.status.set(id, status);
    model.seen.add(status);
  }
}

function leads(from: Status, to: Status): boolean {
  const reached = new Set([from]);
  for (const one of reached) for (const move of moves) if (move.from === one) reached.add(move.to);
  return reached.has(to);
}

/** Whether it was done; the product says no with an AppError, anything else is a fault. */
async function allowed(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code !== 'internal') return false;
    throw error;
  }
}

/** What somebody does who may: it happens exactly when the model says so. */
async function expectDone(expected: boolean, act: () => Promise<unknown>): Promise<void> {
  const done = await allowed(act);
  if (done !== expected)
    throw new Error(`It was ${done ? '' : 'not '}done, and should ${expected ? '' : 'not '}have been.`);
}

const pick = ({ ids }: Real, index: number): string | undefined => ids[index % Math.max(1, ids.length)];

const propose = (notes: readonly string[], text: string): Command =>
  command(`propose ${notes.join()} = ${text}`, async (model, real) => {
    const may = !model.stopped && (model.blueprint === 'live' || !notes.includes('b'));
    await expectDone(may, async () => {
      const { changeId } = await real.kit.propose(Object.fromEntries(notes.map((note) => [note, text])));
      if (!real.ids.includes(changeId)) real.ids.push(changeId);
    });
  });

const decide = (index: number, verb: 'approve' | 'reject'): Command =>
  command(`${verb} ${index}`, async (_model, real) => {
    const id = pick(real, index);
    if (!id) return;
    const row = await findChange(real.kit.ledger.db, id);
    const open = row?.status === 'pending' && row.expires_at > real.kit.clock.now().toISOString();
    // Whoever asked for a restore that overwrites what others did may not approve it: bob never asks.
    await expectDone(open, () => real.kit.decide(id, verb, bob));
    if (open) await expectStatus(real, id, verb === 'approve' ? 'approved' : 'rejected');
  });

/** The approvals server looks at every change that waits; what no rule decides stays for people. */
const byRule = command('the rules decide', async (model, { kit, ids }) => {
  const { ledger, key, clock } = kit;
  const blueprint = (name: string) => kit.blueprints.get(name) ?? null;
  const deciders = [policyDecider({ blueprint, decidable: () => 'by_policy' })];
  for (const id of ids) {
    if (await decideAutomatically({ ledger, key, now: clock.now, deciders }, id)) model.seen.add('by rule');
  }
});

/** Both at once, because a sequence in which nothing is approved shows little. */
const approved = (notes: readonly string[], text: string): Command =>
  command(`approved ${notes.join()} = ${text}`, async (model, real) => {
    const known = real.ids.length;
    await propose(notes, text).run(model, real);
    if (real.ids.length > known) await decide(known, 'approve').run(model, real);
  });

const withdraw = (index: number): Command =>
  command(`withdraw ${index}`, async (_model, { kit, ...real }) => {
    const id = pick({ kit, ...real }, index);
    const from = id && (await kit.status(id));
    if (!id || !from) return;
    const actor = { kind: 'agent', agent: 'note-bot', blueprint: 'note-keeper' } as const;
    const move = { id, from, to: 'withdrawn', at: kit.clock.now().toISOString(), actor } as const;
    if (findMove(from, 'withdrawn')) await kit.ledger.write((tx) => moveChange(tx, move));
    await expectStatus({ kit, ...real }, id, findMove(from, 'withdrawn') ? 'withdrawn' : from);
  });

async function expectStatus({ kit }: Real, id: string, status: Status): Promise<void> {
  const is = await kit.status(id);
  if (is !== status) throw new Error(`${id} is ${is}, and should be ${status}.`);
}

/** How a write of a piece of work goes wrong; `hang`: until it is woken, perhaps after another has taken over. */
type Trouble = 'none' | 'answer lost' | 'never sent' | 'refused' | 'unavailable' | 'hang';

const work = (trouble: Trouble, write = 1): Command =>
  command(`work (${trouble} at write ${write})`, async (_model, real) => {
    const { store } = real.kit;
    const [hung, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let [met, seen] = [false, 0];
    store.intercept = async (call, moment) => {
      if (!call.startsWith('put') || met || (trouble === 'answer lost') !== (moment === 'after')) return;
      seen += 1;
      if (seen < write) return;
      met = true;
      if (trouble === 'hang') {
        hung.resolve();
        await gate.promise;
      }
      if (trouble === 'answer lost' || trouble === 'never sent') throw new Error('socket hang up');
      if (trouble === 'refused' || trouble === 'unavailable') throw new NotDone(trouble, 'The notes do not take this.');
    };
    const running = workOnce(nextExecutor(real));
    await Promise.race([running, hung.promise]);
    store.intercept = () => {};
    if (met && trouble === 'hang')
      real.hanging.push({ wake: gate.resolve, drop: () => gate.reject(new Error('socket hang up')), work: running });
  });

const wake = command('wake', async (_model, real) => {
  for (const { wake: go, work: running } of real.hanging.splice(0)) {
    go();
    await running;
  }
});

/** An executor dies at the n-th point where it waits: before or after a commit, before or after a call. */
const crash = (point: number): Command =>
  command(`crash ${point}`, async (_model, real) => {
    const { kit } = real;
    const died = Promise.withResolvers<void>();
    let seen = 0;
    const here = async (): Promise<void> => {
      seen += 1;
      if (seen <= point) return;
      died.resolve();
      await new Promise<never>(() => {});
    };
    kit.store.intercept = here;
    const write: typeof kit.ledger.write = async (transaction) => {
      await here();
      const result = await kit.ledger.write(transaction);
      await here();
      return result;
    };
    const executor = nextExecutor(real, { ledger: { ...kit.ledger, write } });
    await Promise.race([workOnce(executor), died.promise]);
    kit.store.intercept = () => {};
  });

const minute = 60_000;

const advance = (ms: number): Command =>
  command(`advance ${ms} ms`, async (_model, { kit, hanging }) => {
    kit.clock.advance(ms);
    // No request is under way for that long.
    for (const { drop, work: running } of ms < 10 * minute ? [] : hanging.splice(0)) {
      drop();
      await running;
    }
    await expireOverdue(kit.ledger, 'notes', kit.clock.now());
  });

const stop = command('stop', async (model, { kit }) => {
  const by = { actor: { kind: 'person', ...alice }, reason: 'look first', at: kit.clock.now().toISOString() } as const;
  if (!model.stopped) await kit.ledger.write((tx) => insertStop(tx, { scope: 'all', value: null, ...by }));
  model.stopped = true;
});

const goOn = command('end of the stop', async (model, { kit }) => {
  const by = { actor: { kind: 'person', ...alice }, reason: 'looked', at: kit.clock.now().toISOString() } as const;
  for (const { id } of await activeStops(kit.ledger.db)) await kit.ledger.write((tx) => endStop(tx, { id, ...by }));
  model.stopped = false;
});

const blueprint = (state: Model['blueprint']): Command =>
  command(`blueprint ${state}`, async (model, { kit }) => {
    const now = notesBlueprint(state === 'narrowed' ? ['a'] : ['a', 'b'], generous);
    if (state === 'gone') kit.blueprints.delete(now.name);
    else kit.blueprints.set(now.name, now);
    if (state !== 'gone') kit.blueprint = now;
    model.blueprint = state === 'gone' ? model.blueprint : state;
  });

/** Limits that no sequence of commands comes near, and a rule that lets the agent go on with its own notes. */
export const generous = `limits: { writes_per_hour: 999, pending: 999 }
review: { rules: [{ tools: [set_notes], own: true, flags: none, reaches: [notifies], decide: policy }] }`;

const foreign = (note: string): Command =>
  command(`somebody else writes ${note}`, async (_model, { kit }) => kit.store.write(note, 'theirs'));

const tells = (does: boolean): Command =>
  command(`the notebook ${does ? 'tells' : 'does not tell'} who wrote`, async (_model, { kit }) => {
    kit.store.tellsHistory = does;
  });

const restore = (index: number, choice: 'refuse' | 'untouched' | 'overwrite'): Command =>
  command(`restore ${index} (${choice})`, async (_model, real) => {
    const { ledger, clock } = real.kit;
    const id = pick(real, index);
    if (!id) return;
    const status = await real.kit.status(id);
    await expectDone(status === 'applied' || status === 'partial', async () => {
      const request = { change_id: id, choice, reason: 'no' } as const;
      const made = await requestRestore({ ledger, now: clock.now }, { person: alice }, request);
      if (!real.ids.includes(made)) real.ids.push(made);
    });
  });

async function firstThat({ kit, ids }: Real, is: Status): Promise<string | undefined> {
  for (const id of ids) if ((await kit.status(id)) === is) return id;
  return undefined;
}

/** A person looks into the notebook and says what became of the step in doubt, which counts from ten minutes on. */
const settle = (late: boolean): Command =>
  command(`settle${late ? ' after a while' : ''}`, async (model, real) => {
    const { ledger, key, clock } = real.kit;
    if (late) await advance(11 * minute).run(model, real);
    const id = await firstThat(real, 'unknown');
    const doubt = id && (await doubtOf(ledger.db, id));
    if (!id || !doubt) return;
    const may = !doubt.answered && clock.now().toISOString() >= doubt.settleFrom;
    const answer = (await tookEffect(real.kit, id, doubt.step)) ? 'happened' : 'did_not_happen';
    const said = { changeId: id, step: doubt.name, seal: doubt.seal, answer, reason: 'looked', person: alice } as const;
    await expectDone(may, () => settleByPerson({ ledger, key, now: clock.now }, said));
    if (may) model.seen.add('settled');
  });

/** A person asks for what is left of a partial change; the next executor that works takes it up. */
const resume = command('resume', async (model, real) => {
  const { ledger, clock } = real.kit;
  const id = await firstThat(real, 'partial');
  if (!id) return;
  const asked = { changeId: id, reason: 'mended', person: alice };
  if (await allowed(() => requestResume({ ledger, now: clock.now }, asked))) model.seen.add('resumed');
});

/** What leads to where a person is needed, which sequences come to too seldom by themselves. */
const inOrder = (name: string, ...commands: readonly Command[]): Command =>
  command(name, async (model, real) => {
    for (const one of commands) await one.run(model, real);
  });
const partly = inOrder('done in part', approved(['a', 'b'], 'both'), work('refused', 2));
const mended = inOrder('done in part, and taken up again', partly, resume);
const ruled = inOrder('a rule decides', approved(['a'], 'own'), work('none'), propose(['a'], 'next'), byRule);
const doubtful = inOrder('an answer is lost', tells(false), approved(['a'], 'lost'), work('answer lost'));

/** Everything that a sequence may be made of. */
export function commands(): fc.Arbitrary<Command>[] {
  const index = fc.nat(9);
  const notes = fc.constantFrom(['a'], ['b'], ['a', 'b']);
  const trouble = fc.constantFrom<Trouble>('none', 'answer lost', 'never sent', 'refused', 'unavailable', 'hang');
  return [
    fc.tuple(notes, fc.constantFrom('one', 'two')).map(([some, text]) => propose(some, text)),
    index.map((at) => decide(at, 'approve')),
    index.map((at) => decide(at, 'approve')),
    fc.tuple(index, fc.constantFrom('approve' as const, 'reject' as const)).map(([at, verb]) => decide(at, verb)),
    index.map(withdraw),
    fc.tuple(notes, fc.constantFrom('one', 'two')).map(([some, text]) => approved(some, text)),
    fc.tuple(trouble, fc.constantFrom(1, 2)).map(([what, write]) => work(what, write)),
    fc.tuple(trouble, fc.constantFrom(1, 2)).map(([what, write]) => work(what, write)),
    fc.nat(24).map(crash),
    fc.constantFrom(1_000, 31_000, 31_000, 11 * minute, 25 * 60 * minute).map(advance),
    fc.constantFrom(stop, goOn, goOn, wake, wake),
    fc.constantFrom<Model['blueprint']>('live', 'live', 'narrowed', 'gone').map(blueprint),
    fc.constantFrom('a', 'b').map(foreign),
    fc.boolean().map(tells),
    fc.boolean().map(settle),
    fc.constantFrom(partly, doubtful, resume, ruled, mended),
    fc
      .tuple(index, fc.constantFrom('refuse' as const, 'untouched' as const, 'overwrite' as const))
      .map(([at, choice]) => restore(at, choice)),
  ];
}

/**
 * When everything works again and time passes, every change comes to its end: what waits for an approval expires, and
 * what only a person could settle the notebook tells.
 */
export async function settleDown(model: Model, real: Real): Promise<void> {
  for (const one of [wake, goOn, tells(true), blueprint('live')]) await one.run(model, real);
  for (const ms of [31_000, 11 * minute, 25 * 60 * minute, 11 * minute]) {
    await advance(ms).run(model, real);
    await workAll(nextExecutor(real));
    await compare(model, real);
  }
}

import type * as z from 'zod';
import type { AppError } from '#shared/errors.ts';
import type { ContentReader, Contents } from './content.ts';
import type { Audience, Effect, Flag, Reach, Reversible, SinceBase } from './effects.ts';
import type { Json, JsonObject } from './json.ts';
import type { Origin, Told } from './origin.ts';
import type { Landed, Refusal, RestoreChoice, StillHolds } from './outcome.ts';
import type { Ownership } from './ownership.ts';
import type { Part, Restoring } from './parts.ts';
import type { Receipt } from './references.ts';
import type { ReviewedThere } from './reviews.ts';
import type { Foundation, Left } from './things.ts';

/** What every tool says of itself. The name is the MCP tool name; the texts are read by a model. */
type Described = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
};

/**
 * A tool that only reads. `R` is the reader it needs, `A` what a scope is asked about.
 *
 * All callbacks are properties, not methods: TypeScript compares method parameters bivariantly, and a callback that
 * takes a writer would then pass for one that takes a reader.
 */
export type ReadSpec<In, Out, R, A> = Described & {
  readonly input: z.ZodType<In>;
  readonly output: z.ZodType<Out>;
  /** What the arguments alone show that the call wants; checked before any backend call. */
  readonly asks: (input: In) => readonly A[];
  /** What the arguments name where no ask can be made of it before the backend has told: for the record of the call. */
  readonly names?: (input: In) => JsonObject;
  /**
   * Pure: the things whose text an answer has, for the record of what its agent has read; nothing unless given. It gets
   * what `read` gave, as it was before its schema took away what is no part of an answer.
   */
  readonly told?: (output: NoInfer<Out>) => readonly Told[];
  /**
   * `may` answers whether the scope covers one item; every item of a list or search goes through it. `opened` is what the
   * scope itself names, as far as the sponsor may read it: for a list or search that names nothing.
   */
  readonly read: (input: In, reader: R, may: (ask: A) => boolean, opened: readonly A[]) => Promise<Out>;
};

/**
 * Our own sign on what a step writes, by which it is found again when an answer was lost. It exists from dispatch on;
 * no agent can have seen it before.
 */
export type Mark = { readonly changeId: string; readonly token: string };

/** What the earlier steps of the same change answered, by step name. */
export type Receipts = { readonly [step: string]: Json };

/** What a step may use while it writes. */
export type StepUse<W> = {
  readonly write: W;
  readonly mark: Mark;
  readonly origin: Origin;
  readonly earlier: Receipts;
  readonly contents: ContentReader;
  /**
   * Asks once more whether the write may go on; throws `NotDone` when not. For a step that is long in preparing what
   * nobody sees: right before the request by which it is seen.
   */
  readonly goOn: () => Promise<void>;
};

/** One call to a backend that changes something. */
export type Step<R, W> = {
  readonly name: string;
  /** Writes, under the backend's own precondition, and returns the receipt. Throws `NotDone` when nothing was done. */
  readonly run: (use: StepUse<W>) => Promise<Json>;
  /** Looks whether an earlier `run` of this step, whose answer was lost, took effect. */
  readonly landed: (reader: R, mark: Mark, earlier: Receipts, contents: ContentReader) => Promise<Landed>;
  /**
   * `guarded`: the backend's precondition makes it impossible that two runs both take effect, so a run that is not
   * found may be repeated. `never`: only a person may decide that.
   */
  readonly repeat: 'guarded' | 'never';
};

/** Somebody as what is written names them. */
export type Credit = { readonly name: string; readonly email: string };

/** What the approver is shown, made from the plan once and sealed with it. */
export type Description = {
  /** One line: what will be done, to what. */
  readonly summary: string;
  readonly effects: readonly Effect[];
  /** Keys of what is written. Changes that share one are carried out one at a time, in order of approval. */
  readonly touches: readonly string[];
  readonly flags: readonly Flag[];
  readonly reaches: readonly Reach[];
  readonly reversible: Reversible;
  /** Who can see what is written to, where the tool knows; absent where it does not. */
  readonly audience?: Audience;
  /** Whether what is written to is assigned to the account that writes, where the tool knows. */
  readonly assigned?: boolean;
  /** What its target comes to with it, where that is a branch; absent elsewhere. */
  readonly since_base?: SinceBase;
  /**
   * For a text that others will find: whether the backend can hold it unseen until a person accepts it. Where it cannot,
   * a person has to decide. Absent where nothing is put before others.
   */
  readonly quarantine?: 'possible' | 'impossible';
};

/** What a change did, as a restore needs it; or what several did that are put back as one. */
export type Done<State, Plan> = {
  readonly plan: Plan;
  /** What is put back without touching what others did. */
  readonly before: State;
  /** The state that it left. */
  readonly after: State;
  readonly receipts: Receipts;
  /** The state before the first of several: another one than `before` where somebody else worked in between. */
  readonly first: State;
  /** The names of the parts that somebody else worked on between several. */
  readonly between: readonly string[];
};

/**
 * The things that changes left which are put back right before, by the same set. What of them is there now need not stand
 * in the way of a plan; its steps expect that it is gone by then.
 */
export type Beforehand = ReadonlySet<string>;

/** What a change of any tool of the same server did. */
export type DoneBy = Done<unknown, unknown> & { readonly tool: string };

/**
 * A tool that writes. It never holds a writer: it declares what to read, what to plan and which steps to take, and
 * the executor alone runs the steps of an approved plan. `T` is how its backend names a target.
 */
export type WriteSpec<In, State, Plan, R, W, A, T extends Json> = Described & {
  readonly input: z.ZodType<In>;
  /** The state of what is written: taken before, and again after; enough to put it back. */
  readonly state: z.ZodType<State>;
  readonly plan: z.ZodType<Plan>;
  readonly asks: (input: In) => readonly A[];
  /** What the arguments name where no ask can be made of it before the backend has told: for the record of a call that fails. */
  readonly names?: (input: In) => JsonObject;
  /** The state now, as the plan will need it. Large contents go into `contents` and are referred to. */
  readonly snapshot: (input: In, reader: R, contents: Contents) => Promise<State>;
  /** The true targets by immutable id, once the backend has told; checked before anything is kept. */
  readonly resolved: (input: In, before: State) => readonly A[];
  /**
   * The answer where `resolved` is denied and the arguments alone did not show it: the one for what is not there. The
   * denial itself unless given.
   */
  readonly absent?: (input: In) => AppError;
  /**
   * Pure: the same input and state give the same plan. Throws AppError when they give none; `may` answers whether the
   * scope covers an ask, so that the error names nothing else.
   */
  readonly prepare: (input: In, before: State, contents: Contents, may: (ask: A) => boolean) => Plan;
  /** Pure: the plan with somebody named as having a part in it; nobody can be unless given. */
  readonly credited?: (plan: Plan, credit: Credit) => Plan;
  /**
   * Pure: the things whose words a plan made on a state carries on, or an error or summary may quote; nothing unless given.
   * They count as read by whoever proposes it, so that nobody makes words their own that they did not look at.
   */
  readonly told?: (state: State) => readonly Told[];
  /**
   * Pure: the things whose words are there once a restore was carried out. Unless given, what `told` says of each state that
   * the restore goes by.
   */
  readonly carries?: (done: Done<State, Plan>, now: State, plan: Plan) => readonly Told[];
  /** What the plan writes to, by immutable id: sealed, and what the credential for the write is narrowed to. */
  readonly target: (plan: Plan) => T;
  /** Pure: what the plan does to that state. */
  readonly describe: (plan: Plan, before: State, contents: ContentReader) => Description;
  /**
   * Pure: what the plan builds on, as it was when the plan was made; `still` asks whether it is so yet. Sealed; unless
   * given, no rule takes what the change is about for the agent's own.
   */
  readonly standsOn?: (plan: Plan, before: State) => readonly Foundation[];
  /**
   * Pure: what a change, whole or in part, made and what it moved on; nothing unless given. `after` is what was there
   * right afterwards.
   */
  readonly leaves?: (plan: Plan, before: State, receipts: Receipts, after: State) => readonly Left[];
  /** `by_policy`: a review rule may say that no person decides; nobody unless given. See docs/review-rules.md. */
  readonly decidable?: 'by_policy';
  /**
   * The door that alone makes its input, from something that is no call of a tool: MCP neither lists nor takes it. Through
   * `people`, a signed-in person asks for it.
   */
  readonly door?: 'git' | 'people';
  /**
   * Of a tool that people ask for: the change, carried out on the same server, whose approvers decide this as they would
   * that. Unless given, those decide who decide what agents write there.
   */
  readonly about?: (input: In) => string;
  /**
   * Pure, of a tool with `about`: earlier changes on the same server that are let through with that one. Only who could
   * decide each of these as well decides it.
   */
  readonly including?: (before: State) => readonly string[];
  /**
   * Pure, of a tool that people ask for: its arguments, but for the reason, to let others find what a change wrote that
   * waits in quarantine and left these things; null where it is not for such a change.
   */
  readonly accepts?: (change: { readonly id: string; readonly left: readonly string[] }) => JsonObject | null;
  /**
   * Pure, of a tool that people ask for: what its arguments are to say of something that a scope opens, for people to
   * choose from; null where it is not for that, and nothing to choose unless given.
   */
  readonly offers?: (ask: A) => JsonObject | null;
  /** Whether a task grant may cover its changes. */
  readonly follows?: true;
  /** How people review its changes on the backend itself; a review rule may go by that. Not at all unless given. */
  readonly reviews?: ReviewedThere<State, Plan, R>;
  /**
   * Who owns the files that the plan is about, where it goes to. Asked only when a review rule wants code owners; unless
   * given, nobody owns any.
   */
  readonly owners?: (plan: Plan, before: State, reader: R) => Promise<Ownership>;
  /** Asked just before dispatch: is what the plan would write still as it was? */
  readonly still: (plan: Plan, before: State, reader: R) => Promise<StillHolds>;
  /** Asked with `still`: what the scope is asked again, by what the backend says now of what is written to. */
  readonly asksNow?: (plan: Plan, reader: R) => Promise<readonly A[]>;
  /** Executed is what the plan says once each reference to an earlier change stands for its value. */
  readonly steps: (plan: Plan) => readonly Step<R, W>[];
  /** What later changes may refer to; nothing unless given. */
  readonly receipt?: Receipt<Plan>;
  /** Pure: the plan with each of its texts that may refer to an earlier change passed through `each`; none unless given. */
  readonly texts?: (plan: Plan, each: (text: string) => string) => Plan;
  /** The state of what the plan touches: kept when the steps are done, and read again when a restore is planned. */
  readonly observe: (plan: Plan, before: State, receipts: Receipts, reader: R, contents: Contents) => Promise<State>;
  /** What is kept, what a restore brings back and what it cannot; `reversible` of `describe` says nothing else. */
  readonly restoring: Restoring;
  /** Pure: before, as we left it and now, part by part. `restore` goes by the same. */
  readonly compare: (
    done: Done<State, Plan>,
    now: State,
    contents: ContentReader,
    beforehand?: Beforehand,
  ) => readonly Part[];
  /** Pure: a plan of this same tool that puts `before` back, given what we left and what is there now. */
  readonly restore: (
    done: Done<State, Plan>,
    now: State,
    choice: RestoreChoice,
    beforehand?: Beforehand,
  ) => { readonly plan: Plan } | Refusal;
  /** Pure: what this and a later change of the same target did as one, or null when one plan cannot undo both. */
  readonly combine: (older: Done<State, Plan>, newer: DoneBy) => Done<State, Plan> | null;
};

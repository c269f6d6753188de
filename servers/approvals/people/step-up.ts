import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import * as z from 'zod';
import { type Approver, challengeOf, type Decision } from '#shared/changes/decision.ts';
import { type StepUp, signingMs } from '#shared/changes/step-up.ts';
import { AppError } from '#shared/errors.ts';
import { type Assertion, assertion } from '#shared/passkeys/assertion.ts';
import { counterOf, rpIdOf } from '#shared/passkeys/verify-assertion.ts';
import { passkeysInUse, personOf } from '#shared/people/people.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { passkeyOrigin } from './passkey-origin.ts';

/** In an approval: whether the page could ask for a passkey, or what the passkey answered. */
export const stepUp = z
  .union([z.literal('possible'), z.strictObject({ statement: z.string().max(100), assertion })])
  .optional();

type Ceremony<T> = {
  readonly asked: z.infer<typeof stepUp>;
  /** Of the page where it can be approved. */
  readonly path: string;
  readonly decide: (stepUp: StepUp | undefined) => Promise<T>;
  /** What would be decided now. */
  readonly statement: () => Promise<Decision>;
};

/**
 * Decides, or answers what a passkey has to sign first: a statement that is made, signed and taken once, by one person.
 * Throws AppError `step_up_required` to whoever cannot ask for a passkey, `expired`, `not_permitted`, or what `decide` does.
 */
export type StepUps = <T>(
  context: Context<SignedIn>,
  ceremony: Ceremony<T>,
) => Promise<{ readonly decided: T } | { readonly step_up: object }>;

type Pending = { readonly statement: Decision; readonly until: number };

/** Far more than people sign at once. */
const most = 1_000;

/** Statements live in memory: a server that restarts has asked for nothing. So do counters; see docs/threat-model.md. */
export function stepUps(options: Pick<ConsoleOptions, 'now' | 'people' | 'publicUrl' | 'origin'>): StepUps {
  const pending = new Map<string, Pending>();
  const counters = new Map<string, number>();
  return async (context, { asked, path, decide, statement }) => {
    const signed = typeof asked === 'object' ? take(pending, asked, context.get('approver')) : undefined;
    if (signed) assertCounts(counters, signed.assertion);
    try {
      const decided = await decide(signed);
      if (signed) counters.set(signed.assertion.id, counterOf(signed.assertion));
      return { decided };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'step_up_required') throw error;
      if (asked === 'possible') return { step_up: begin(options, context, { pending, statement: await statement() }) };
      throw new AppError(error.code, error.message, { next: `Approve it in a browser: ${options.origin()}${path}` });
    }
  };
}

/** What a page asks a passkey for. */
function begin(
  options: Pick<ConsoleOptions, 'now' | 'people' | 'publicUrl'>,
  context: Context<SignedIn>,
  { pending, statement }: { readonly pending: Map<string, Pending>; readonly statement: Decision },
): object {
  const passkeys = passkeysOf(options, context);
  const at = options.now().getTime();
  const until = Date.parse(statement.decided_at) + signingMs;
  for (const [old, one] of pending) if (one.until <= at || pending.size >= most) pending.delete(old);
  const id = randomBytes(16).toString('base64url');
  pending.set(id, { statement, until });
  return {
    statement: id,
    challenge: Buffer.from(challengeOf(statement), 'hex').toString('base64url'),
    rp_id: rpIdOf(passkeyOrigin(context, options.publicUrl)),
    passkeys,
    expires_at: new Date(until).toISOString(),
  };
}

function take(
  pending: Map<string, Pending>,
  { statement, assertion }: { readonly statement: string; readonly assertion: Assertion },
  approver: Approver,
): StepUp {
  const found = pending.get(statement);
  pending.delete(statement);
  if (found && isSame(found.statement.approver, approver)) return { statement: found.statement, assertion };
  throw new AppError('expired', 'There is no such statement to sign any more.', { next: 'Approve it again.' });
}

/** The ids of those that somebody can use where they are now. */
function passkeysOf({ people, publicUrl }: Pick<ConsoleOptions, 'people' | 'publicUrl'>, context: Context<SignedIn>) {
  const origin = passkeyOrigin(context, publicUrl);
  const person = people && personOf(people(), context.get('approver'));
  const ids = (person ? passkeysInUse(person) : []).filter((one) => one.origin === origin).map(({ id }) => id);
  if (ids.length > 0) return ids;
  throw new AppError('not_permitted', `The list of people has no passkey of yours for ${origin}.`, {
    next: 'Make one in the menu under your name, and have the operator put it into the list.',
  });
}

function isSame(one: Approver, other: Approver): boolean {
  return one.issuer === other.issuer && one.subject === other.subject;
}

/** A passkey that counts and does not count on may have a copy somewhere: WebAuthn Level 3, section 6.1.1. */
function assertCounts(counters: ReadonlyMap<string, number>, answer: StepUp['assertion']): void {
  const [last, counted] = [counters.get(answer.id) ?? 0, counterOf(answer)];
  if (counted > last || (counted === 0 && last === 0)) return;
  throw new AppError('not_permitted', 'This passkey counts less than it did before: there may be a copy of it.', {
    next: 'Have the operator retire it, and make a new one.',
  });
}

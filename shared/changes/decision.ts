import * as z from 'zod';
import { digest } from '#shared/crypto/canonical.ts';
import { assertion } from '#shared/passkeys/assertion.ts';
import type { Json } from '#shared/tools/index.ts';
import { type Capacity, capacity } from './capacity.ts';
import { type StatementType, signStatement, statementSaid, verifyStatement } from './envelope.ts';
import { changeIdPattern } from './ids.ts';
import type { SigningKey, VerificationKeys } from './keys.ts';
import { rejectionCategory } from './rejection.ts';

/** A signed-in person, as the identity provider names them; never an e-mail address. */
export const approver = z.strictObject({ issuer: z.string().min(1), subject: z.string().min(1) });
export type Approver = z.infer<typeof approver>;

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

/** How many changes one decision can be over. */
export const mostDecided = 200;

/** A change, and what of it was shown. */
const shownChange = z.strictObject({ change_id: z.string().regex(changeIdPattern), seal: hex64 });
export type ShownChange = z.infer<typeof shownChange>;

/** A set of changes that is sealed itself, by the name under which it was shown. */
const shownSet = z.strictObject({ id: z.string().min(1).max(100), seal: hex64 });
export type ShownSet = z.infer<typeof shownSet>;

const answer = {
  verb: z.enum(['approve', 'reject']),
  approver,
  decided_at: z.iso.datetime({ precision: 3 }),
  expires_at: z.iso.datetime({ precision: 3 }),
  reason: z.string(),
  /** Why not, in a word; absent from approvals, and from what was signed before there were categories. */
  category: rejectionCategory.exactOptional(),
  /** In which capacity, where a rule asks for one. */
  as: capacity.exactOptional(),
  /** Digest of the task grant that is given with it; absent when none is. */
  grant: hex64.exactOptional(),
  /** What a passkey of the approver answered to {@link challengeOf} all the rest; absent where no rule asks for one. */
  assertion: assertion.exactOptional(),
};

const onOne = z.strictObject({ format: z.literal('countersign/decision@1'), ...shownChange.shape, ...answer });

const onSeveral = z.strictObject({
  format: z.literal('countersign/decision@2'),
  set: shownSet.nullable(),
  changes: z
    .array(shownChange)
    .min(1)
    .max(mostDecided)
    .refine((changes) => new Set(changes.map((one) => one.change_id)).size === changes.length),
  ...answer,
});

const decisionStatement = z.discriminatedUnion('format', [onOne, onSeveral]);
type DecisionStatement = z.infer<typeof decisionStatement>;

/**
 * What a person said about changes as they were shown, in the order in which they are to be carried out. All were
 * decided, or none was. `expires_at` ends the decision for all of them.
 */
export type Decision = Omit<z.infer<typeof onSeveral>, 'format'>;

const decisionType: StatementType<DecisionStatement> = {
  payloadType: 'application/vnd.countersign.decision+json',
  schema: decisionStatement,
};

function statementOf(decision: Decision): DecisionStatement {
  const { set, changes, ...said } = decision;
  const [only] = changes;
  return set === null && only !== undefined && changes.length === 1
    ? { format: 'countersign/decision@1', ...only, ...said }
    : { format: 'countersign/decision@2', ...decision };
}

/** Signs a decision (Ed25519) and returns its envelope as JSON text. */
export function signDecision(key: SigningKey, decision: Decision): string {
  return signStatement(decisionType, key, statementOf(decision));
}

/** What a passkey answers for a decision: SHA-256 (hex) over all that it says, in canonical JSON. */
export function challengeOf(decision: Decision): string {
  const { assertion: _answer, ...statement } = statementOf(decision);
  return digest(statement as Json);
}

/** The decision in an envelope that one of the keys signed. Throws AppError `seal_mismatch` otherwise. */
export function verifyDecision(keys: VerificationKeys, text: string): Decision {
  const statement = verifyStatement(decisionType, keys, text);
  if (statement.format === 'countersign/decision@2') {
    const { format: _format, ...decision } = statement;
    return decision;
  }
  const { format: _format, change_id, seal, ...said } = statement;
  return { ...said, set: null, changes: [{ change_id, seal }] };
}

/** In which capacity a kept decision says that it was made. Nothing is verified: nothing is carried out by this. */
export function capacitySaid(text: string): Capacity | undefined {
  return statementSaid(decisionType, text)?.as;
}

/** Whether a decision is over this very change as it is sealed. */
export function covers({ changes }: Decision, change: ShownChange): boolean {
  return changes.some((one) => one.change_id === change.change_id && one.seal === change.seal);
}

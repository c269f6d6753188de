import { appendEvent, type EventActor } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { Log } from '#shared/telemetry/log.ts';
import type { How, Principal } from '../people/principal.ts';
import { SignInRefused } from './refusal.ts';

export type RecordContext = { readonly ledger: Ledger; readonly now: () => Date; readonly log: Log };

/** Puts on record who signed in, and how. Nobody is signed in without. */
export async function recordSignIn({ ledger, now }: RecordContext, { approver, how }: Principal): Promise<void> {
  const actor: EventActor = { kind: 'person', ...approver };
  const at = now().toISOString();
  await ledger.write((tx) => appendEvent(tx, { at, type: 'person.signed_in', changeId: null, actor, body: { how } }));
}

/**
 * Puts on record that a sign-in was refused, and why. `whom` is the person whose identity was proved nevertheless. When
 * the ledger cannot take it, it is refused all the same.
 */
export async function recordRefusal(
  { ledger, now, log }: RecordContext,
  { error, how, whom }: { readonly error: unknown; readonly how: How; readonly whom?: Principal | undefined },
): Promise<void> {
  if (!(error instanceof SignInRefused)) return;
  const actor: EventActor = whom ? { kind: 'person', ...whom.approver } : { kind: 'server', server: 'approvals' };
  const event = { at: now().toISOString(), type: 'person.refused', changeId: null, actor };
  try {
    await ledger.write((tx) => appendEvent(tx, { ...event, body: { how, problem: error.problem } }));
  } catch (unrecorded) {
    log('a refused sign-in could not be recorded', { error: unrecorded });
  }
}

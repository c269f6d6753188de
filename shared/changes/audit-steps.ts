import { canonical } from '#shared/crypto/canonical.ts';
import { receiptDigest, stepEvents } from '#shared/ledger/attempts.ts';
import type { Tell } from './audit.ts';
import type { Chain } from './audit-events.ts';
import type { Kept } from './audit-page.ts';

/**
 * Compares the steps that were begun and how they ended with the events that tell of it. Earlier versions recorded no
 * steps: what a change did before the first such event of the whole ledger may be without one.
 */
export function auditSteps(
  { row, attempts, outcomes, events }: Kept,
  { steps }: Pick<Chain, 'steps'>,
  tell: Tell,
): void {
  const said = new Set(events.filter(isStep).map(({ type, at, body }) => canonical([type, at, body])));
  const dispatched = events.find(({ type }) => type === 'change.dispatched');
  const isOld = (at: string): boolean =>
    steps === null || (at < steps.at && dispatched !== undefined && dispatched.seq < steps.seq);
  const expect = (event: readonly [string, string, string], step: number): void => {
    if (said.delete(canonical([...event])) || isOld(event[1])) return;
    tell('step', row.id, `Its events do not tell what the ledger has of its step ${step + 1}.`);
  };
  for (const { begun_at: at, step, attempt, name, executor } of attempts) {
    expect([stepEvents.begun, at, canonical({ step, attempt, name, executor })], step);
  }
  for (const { ended_at: at, step, attempt, outcome, receipt } of outcomes) {
    const body = canonical({ step, attempt, outcome, receipt: receiptDigest(receipt) });
    expect([stepEvents.ended, at, body], step);
  }
  if (said.size > 0) tell('step', row.id, 'Its events tell of a step that the ledger does not have.');
}

function isStep({ type }: { readonly type: string }): boolean {
  return type === stepEvents.begun || type === stepEvents.ended;
}

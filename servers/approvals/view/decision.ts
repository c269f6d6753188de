import { verifyAutomatic } from '#shared/changes/automatic.ts';
import { isAutomatic } from '#shared/changes/automatic-issuers.ts';
import { automaticWords } from '#shared/changes/automatic-words.ts';
import { verifyDecision } from '#shared/changes/decision.ts';
import type { VerificationKeys } from '#shared/changes/keys.ts';
import type { DecisionRow } from '#shared/ledger/decisions.ts';
import { reveal } from './reveal.ts';

/** What a person signed. Why and in which words is told when a key that is known says so. Every text is safe to look at. */
export function decisionView(row: DecisionRow, keys: () => VerificationKeys) {
  if (isAutomatic(row)) return withoutPerson(row, keys);
  const who = { kind: 'person', name: reveal(row.subject), issuer: reveal(row.issuer) } as const;
  const base = { verb: row.verb, who, at: row.decided_at };
  try {
    const { reason, category = null } = verifyDecision(keys(), row.envelope);
    return { ...base, signature: 'valid', category, reason: reason === '' ? null : reveal(reason) };
  } catch {
    return { ...base, signature: 'not by a known key', category: null, reason: null };
  }
}

/** What the approvals server signed by itself, and what it says it was by. */
function withoutPerson(row: DecisionRow, keys: () => VerificationKeys) {
  const who = { kind: 'server', name: 'approvals', issuer: null } as const;
  const base = { verb: row.verb, who, at: row.decided_at, category: null };
  try {
    const { by } = verifyAutomatic(keys(), row.envelope);
    const reason = by.kind === 'grant' ? 'Under a task grant.' : reveal(`By ${automaticWords(by)}.`);
    return { ...base, signature: 'valid', reason, automatic: by.kind };
  } catch {
    return { ...base, signature: 'not by a known key', reason: null, automatic: null };
  }
}

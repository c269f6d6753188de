import type { Person, Provenance, Revision } from '#capabilities/knowledge/types.ts';
import type { Version } from './answers.ts';
import { noteOf } from './mark.ts';

/**
 * Where a text comes from, as far as Confluence tells. Somebody who is no member may not write there of right, so that
 * their words count as a stranger's; what an agent wrote is known to the ledger, not here.
 */
export function provenanceOf(by: Person | null): Provenance {
  const trust = by?.standing === 'member' || by?.standing === 'app' ? 'trusted' : 'untrusted';
  const unsaid = { agent: null, sponsor: null, session: null, source: null };
  return { kind: 'person', by, ...unsaid, trust, quarantined: false };
}

export function revisionOf(version: Version, title: string, by: Person | null): Revision {
  const { number, createdAt, message } = version;
  return { id: String(number), at: createdAt, title, provenance: provenanceOf(by), note: noteOf(message) };
}

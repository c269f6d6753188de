import type { SealedBody } from './sealed.ts';

/** Why a person has to decide a change, whatever a rule or a task grant says; null when one may. */
export function needsPerson({
  requester,
  blueprint,
  flags,
  reaches,
  reversible,
  quarantine,
}: Pick<SealedBody, 'requester' | 'blueprint' | 'flags' | 'reaches' | 'reversible' | 'quarantine'>): string | null {
  if (requester.kind !== 'agent' || blueprint === null) return 'A person asked for it.';
  if (flags.some(({ code }) => code === 'overwrites_others')) return 'It overwrites what others did.';
  if (reaches.some(({ code }) => code === 'leaves_organisation')) return 'It leaves the organisation.';
  if (quarantine === 'impossible') return 'Its backend cannot hold it back until a person accepts it.';
  return reversible.kind === 'irreversible' ? 'It cannot be put back.' : null;
}

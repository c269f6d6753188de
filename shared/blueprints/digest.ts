import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { AppError } from '#shared/errors.ts';
import type { Blueprint } from './blueprint.ts';

/**
 * The digest of what a blueprint says, whatever its key order, comments and spelling of defaults: SHA-256 (hex) over
 * its RFC 8785 form. The file that it came from is no part of it.
 */
export function blueprintDigest(blueprint: Omit<Blueprint, 'digest' | 'source' | 'noWrites'>): string {
  const { listeners, grants, delegation, ...rest } = blueprint;
  const capabilities = [...grants.values()].map(({ capability, scope, tools }) => {
    assertData(scope, capability);
    return [capability, { scope, tools: [...tools].sort() }] as const;
  });
  const content = {
    ...rest,
    delegation: delegation ?? null,
    listeners: listeners.toSorted(),
    capabilities: Object.fromEntries(capabilities),
  };
  return createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest('hex');
}

/** Canonical JSON has nothing for a Set, Map, Date or function, and two scopes that differ there would look the same. */
function assertData(value: unknown, capability: string): void {
  if (value === null || ['string', 'boolean', 'undefined'].includes(typeof value) || Number.isFinite(value)) return;
  const plain = typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value));
  if (!plain && !Array.isArray(value)) {
    throw new AppError('internal', `The scope schema of ${capability} gives something that is not plain data.`);
  }
  for (const inner of Object.values(value as object)) assertData(inner, capability);
}

import type { Blueprint, Grant } from './blueprint.ts';

/** The grant under which a blueprint's agent may call a tool; null when it may not. */
export function grantFor(blueprint: Blueprint, toolName: string): Grant | null {
  for (const grant of blueprint.grants.values()) if (grant.tools.has(toolName)) return grant;
  return null;
}

type Liveness = { readonly live: true } | { readonly live: false; readonly why: string };

/** Whether a blueprint still counts. A delegation counts to the end of its last day in UTC. */
export function liveness(blueprint: Blueprint, now: Date): Liveness {
  const { delegation } = blueprint;
  if (delegation === undefined || now.toISOString().slice(0, 10) <= delegation.expires) return { live: true };
  const { grantedBy, expires } = delegation;
  return { live: false, why: `The delegation by ${grantedBy} ended with ${expires} (UTC).` };
}

/** Whether anything may be written under a blueprint: it counts, and its sponsor is somebody. */
export function writability(blueprint: Blueprint, now: Date): Liveness {
  const why = blueprint.noWrites?.() ?? null;
  return why === null ? liveness(blueprint, now) : { live: false, why };
}

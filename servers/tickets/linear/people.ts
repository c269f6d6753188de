import type { Person } from '#capabilities/ticket/types.ts';
import type { LinearOutsider, LinearUser } from './documents/shapes.ts';

/** A user of the workspace. The full name: `displayName` is a handle that is no more certain. */
export function personOf({ id, name, app, guest }: LinearUser): Person {
  if (app) return { id, name, standing: 'app' };
  return { id, name, standing: guest ? 'guest' : 'member' };
}

/**
 * Who wrote something: a user, an integration, or somebody without an account, whose words come in by mail or from another
 * system.
 */
export function authorOf({
  user,
  bot,
  external,
}: {
  readonly user: LinearUser | null;
  readonly bot: LinearOutsider | null;
  readonly external: LinearOutsider | null;
}): Person | null {
  if (user !== null) return personOf(user);
  const outsider = external ?? bot;
  if (outsider === null) return null;
  const standing = external === null ? 'app' : 'customer';
  return { id: outsider.id ?? 'unknown', name: outsider.name ?? 'unknown', standing };
}

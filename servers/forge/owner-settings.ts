import { arrangement } from './arrangement.ts';
import type { Forge } from './forge.ts';
import { Refusal } from './refusal.ts';
import { fullName, type Repository } from './repositories.ts';

/** Whether the owner gave a repository to the installation. */
export function isSelected(forge: Forge, repository: Repository): boolean {
  const name = fullName(repository).toLowerCase();
  return arrangement(forge).selected?.some((each) => each.toLowerCase() === name) ?? true;
}

/** @throws Refusal FORBIDDEN where the owner has suspended the installation. */
export function requireActive(forge: Forge, account: string): void {
  if (isSuspended(forge, account)) throw new Refusal('FORBIDDEN', 'This installation has been suspended');
}

export const isSuspended = (forge: Forge, account: string): boolean =>
  arrangement(forge).suspended.some((each) => each.toLowerCase() === account.toLowerCase());

/** Whether the App may bypass the ruleset of a repository. It is shown so; nothing here does. */
export const mayBypass = (forge: Forge, repository: Repository): boolean =>
  arrangement(forge).bypass.some((each) => each.toLowerCase() === fullName(repository).toLowerCase());

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { contentKeysIn } from '#servers/suite/data.ts';
import { readVerificationKeys, type VerificationKeys } from '#shared/changes/keys.ts';
import { earlierKeysBeside } from '#shared/changes/rotate-keys.ts';
import { fileVault } from '#shared/ledger/content-keys.ts';
import { noVault, type Vault } from '#shared/ledger/vault.ts';
import { loadPeople } from '#shared/people/load.ts';
import type { People } from '#shared/people/people.ts';

/** All public keys in some files. Throws AppError `bad_configuration`. */
export function keysIn(files: readonly string[]): VerificationKeys {
  return new Map(files.flatMap((file) => [...readVerificationKeys(resolve(file))]));
}

/** The files of the keys that executors take, and of those that were retired, which signed what is old. */
export function decisionKeysIn(data: string): readonly string[] {
  const keys = join(data, 'approvals', 'decision-keys.json');
  return [keys, earlierKeysBeside(keys)].filter((file) => file === keys || existsSync(file));
}

/** The list of people in a file, where one was given. Throws `BlueprintErrors`. */
export function peopleIn(file: string | undefined): People | undefined {
  return file === undefined ? undefined : loadPeople(resolve(file));
}

/** What reads contents; null leaves them out. Without keys, encrypted ones are only counted. */
export function vaultFor(options: {
  readonly contents: boolean;
  readonly contentsKeys?: string;
  readonly data: string;
}): Vault | null {
  const { contents, contentsKeys, data } = options;
  if (!contents) return null;
  const file = resolve(contentsKeys ?? contentKeysIn(data));
  return contentsKeys === undefined && !existsSync(file) ? noVault : fileVault(file);
}

import type { Blueprint, Grantable } from '#shared/blueprints/blueprint.ts';
import { currentBlueprint } from '#shared/blueprints/current.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import type { ApproversKnown } from '#shared/changes/approvers-known.ts';
import { readVerificationKeys, type VerificationKeys } from '#shared/changes/keys.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { openEncryptedLedger } from '#shared/ledger/open-encrypted.ts';
import { currentPeople } from '#shared/people/current.ts';
import type { People } from '#shared/people/people.ts';
import { sponsorRule } from '#shared/people/sponsor.ts';
import type { ServerConfig } from './settings.ts';

/** What a server goes by, whatever its backend is: blueprints, people, keys of decisions, and the ledger. */
export type Governance = {
  /** As they were when the server started. */
  readonly blueprints: readonly Blueprint[];
  /** A blueprint by its name as its file is now; null when it is gone or was never there. */
  readonly blueprint: (name: string) => Blueprint | null;
  /** The list of people; undefined where none is kept. */
  readonly people: (() => People) | undefined;
  readonly approvers: ApproversKnown;
  /** The approvals server's public keys as their file is now. */
  readonly keys: () => VerificationKeys;
  readonly ledger: Ledger;
};

type Settings = Pick<ServerConfig, 'blueprints' | 'people' | 'signIn' | 'decisionKeys' | 'ledger' | 'contentsKeys'>;

/** Reads the blueprints and people, and opens the ledger. Throws AppError `bad_configuration`, `ledger_unavailable`. */
export async function openGovernance(config: Settings, capabilities: readonly Grantable[]): Promise<Governance> {
  const blueprints = loadBlueprints({ path: config.blueprints, capabilities });
  const people = config.people === undefined ? undefined : currentPeople(config.people);
  const noWrites = people && sponsorRule(people);
  const files = new Map(blueprints.map((one) => [one.name, currentBlueprint(one, capabilities, noWrites)]));
  return {
    blueprints,
    blueprint: (name) => files.get(name)?.() ?? null,
    people,
    approvers: { ...(people && { people }), ...(config.signIn && { signIn: config.signIn }) },
    keys: () => readVerificationKeys(config.decisionKeys),
    ledger: await openEncryptedLedger(config.ledger, config.contentsKeys),
  };
}

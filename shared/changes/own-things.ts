import type { Owner } from '#shared/ledger/changes.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { recordOfThing } from '#shared/ledger/things.ts';
import type { Foundation } from '#shared/tools/index.ts';
import type { SealedBody } from './sealed.ts';

/** Whether everything that a change builds on is its agent's own work, or why not. */
export type Own = 'own' | { readonly not: string };

/**
 * Whether all that a change builds on was made by applied changes of the same agent and blueprint, is not over, and is
 * as such a change left it last: nobody else has worked on it since.
 */
async function ownThings(
  db: LedgerDb,
  owner: Owner & { readonly server: string; readonly change: string },
  standsOn: readonly Foundation[] = [],
): Promise<Own> {
  if (standsOn.length === 0) return { not: 'It builds on nothing that this agent has made.' };
  for (const { thing, version, ended } of standsOn) {
    if (ended) return { not: `${thing} is over.` };
    const { isMade, last } = await recordOfThing(db, { server: owner.server, thing }, { owner, except: owner.change });
    if (!isMade) return { not: `${thing} was not made by an applied change of this agent and blueprint.` };
    const isTheirs = last?.agent === owner.agent && last.blueprint === owner.blueprint;
    if (!isTheirs || (version !== null && version !== last.version)) {
      return { not: `Somebody else has worked on ${thing} since.` };
    }
  }
  return 'own';
}

/** The same for a change as it is sealed. What a person asked for is nobody's own. */
export async function ownOf(
  db: LedgerDb,
  body: Pick<SealedBody, 'change_id' | 'server' | 'requester' | 'blueprint' | 'stands_on'>,
): Promise<Own> {
  const { requester, blueprint, server, change_id: change } = body;
  if (requester.kind !== 'agent' || blueprint === null) return { not: 'A person asked for it.' };
  return ownThings(db, { agent: requester.agent, blueprint: blueprint.name, server, change }, body.stands_on);
}

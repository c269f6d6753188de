import { canonical } from '#shared/crypto/canonical.ts';
import type { RequestedTable } from '#shared/ledger/schema.ts';
import type { JsonObject } from '#shared/tools/index.ts';
import type { SealedBody } from './sealed.ts';

/** What a person gave, as it is kept. */
export function argumentsOf({ body }: Pick<RequestedTable, 'body'>): JsonObject {
  return (JSON.parse(body) as { readonly arguments: JsonObject }).arguments;
}

/** Whether a change is what a person asked for, where one did, or was asked for otherwise, where nothing is kept of it. */
export function isAsked(
  asked: RequestedTable | undefined,
  { requester, restores, arguments: args }: Pick<SealedBody, 'requester' | 'restores' | 'arguments'>,
): boolean {
  const isPersons = requester.kind === 'person' && restores === null;
  return asked === undefined ? !isPersons : isPersons && asked.body === canonical({ arguments: args });
}

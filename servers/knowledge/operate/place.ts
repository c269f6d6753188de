import { localIssuer } from '#shared/changes/entitled.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { Store } from '../embedded/store/store.ts';

/** What the operator's commands work on: the file of pages, and the ledger. */
export type Place = {
  readonly store: Store;
  readonly ledger: Ledger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Whoever has the data directory at hand. */
export const operator = { kind: 'person', issuer: localIssuer, subject: 'operator' } as const;

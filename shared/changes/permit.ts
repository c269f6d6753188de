import { AppError } from '#shared/errors.ts';
import type { Json } from '#shared/tools/index.ts';
import { takeUp } from './mint-permit.ts';

/** What a permit is for. */
export type Purpose<T extends Json> = {
  readonly changeId: string;
  readonly tool: string;
  readonly step: string;
  /** What may be written to, by immutable id; the writer's credential is narrowed to it. */
  readonly target: T;
};

declare const permitBrand: unique symbol;

/** A right to open a backend's writer once, within five seconds. Only `mintPermit` makes one. */
export type Permit<T extends Json> = { readonly [permitBrand]: T };

declare const redeemedBrand: unique symbol;

/** The purpose of a permit that was handed in. A writer asks for this type, which only {@link redeemPermit} gives. */
export type Redeemed<T extends Json> = Purpose<T> & { readonly [redeemedBrand]: true };

/** Hands in a permit. Throws AppError `not_permitted` when it was used, is too old, or was never minted. */
export function redeemPermit<T extends Json>(permit: Permit<T>): Redeemed<T> {
  const purpose = takeUp<T>(permit);
  if (purpose === null) {
    throw new AppError(
      'not_permitted',
      'A writer is opened with a fresh permit of the executor, and with nothing else.',
    );
  }
  return purpose as Redeemed<T>;
}

/**
 * Where a server's writers come from. `open` redeems the permit before it makes a credential; `done` ends what was
 * opened for a change.
 */
export type WriterDoor<W, T extends Json> = {
  readonly open: (permit: Permit<T>) => Promise<W>;
  readonly done: (changeId: string) => Promise<void>;
};

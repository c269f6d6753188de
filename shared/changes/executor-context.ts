import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { Json } from '#shared/tools/index.ts';
import type { VerificationKeys } from './keys.ts';
import type { ReaderFor } from './origin.ts';
import type { WriterDoor } from './permit.ts';
import type { Place } from './seal-plan.ts';

/** What the executor of one server works with. It alone is given the door to the writers. */
export type ExecutorContext<R, W, A, T extends Json> = Place<R, W, A, T> & {
  readonly ledger: Ledger;
  readonly readerFor: ReaderFor<R>;
  readonly door: WriterDoor<W, T>;
  /** The approvals server's public keys as the operator configured them; read anew for each change. */
  readonly keys: () => VerificationKeys;
  /** A blueprint as it is on disk now; null when it is gone or cannot be used. */
  readonly blueprint: (name: string) => Blueprint | null;
  /** All that can be used now: by them is known who decides what people ask for. None unless given. */
  readonly blueprints?: () => readonly Blueprint[];
  /** This executor's own name, another after each start. */
  readonly executor: string;
  /** How long a change is held without a sign of life, in milliseconds. */
  readonly leaseMs: number;
  readonly now: () => Date;
};

/** What became of one piece of work. `later`: nothing is wrong with the change, the same may do better afterwards. */
export type WorkResult = 'done' | { readonly later: string; readonly cause?: unknown };

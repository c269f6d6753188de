import { type Redeemed, redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import { type Json, type Mark, NotDone } from '#shared/tools/index.ts';

/** A writer of one method, as the executor uses it. */
type Writer<Wanted, More extends readonly unknown[], Written> = {
  readonly write: (wanted: Wanted, mark: Mark, ...more: More) => Promise<Written>;
};

/**
 * The door that the executor is given where a backend has no credential for one thing: what a writer writes to is held by
 * its permit alone, and it writes nothing more once its change is done.
 */
export function permitDoor<T extends Json, Wanted, More extends readonly unknown[], Written>({
  writerFor,
  assertWithin,
}: {
  readonly writerFor: (target: T) => Writer<Wanted, More, Written>;
  /** Throws `NotDone` where a write is not the one that the permit is for. */
  readonly assertWithin: (redeemed: Redeemed<T>, wanted: Wanted, mark: Mark) => void;
}): WriterDoor<Writer<Wanted, More, Written>, T> {
  const open = new Map<string, AbortController>();
  return {
    open: async (permit) => {
      const redeemed = redeemPermit(permit);
      const { changeId, target } = redeemed;
      const ending = open.get(changeId) ?? new AbortController();
      open.set(changeId, ending);
      const writer = writerFor(target);
      return {
        write: async (wanted, mark, ...more) => {
          if (ending.signal.aborted) throw new NotDone('refused', 'The writer was closed with its change.');
          assertWithin(redeemed, wanted, mark);
          return writer.write(wanted, mark, ...more);
        },
      };
    },
    done: async (changeId) => {
      open.get(changeId)?.abort();
      open.delete(changeId);
    },
  };
}

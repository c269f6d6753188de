import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, vi } from 'vitest';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import type { WriterDoor } from '#shared/changes/permit.ts';
import type { Json, Mark } from '#shared/tools/index.ts';
import type { ContractPlace } from './place.ts';

/** The longest that opening a place may take: a real backend's limits end within the hour. */
const hourMs = 70 * 60_000;

/** Opens a place before the tests of a contract and closes it after them; what they share is there once they run. */
export function benchAt<
  Place extends ContractPlace & { readonly backend: { readonly close: () => Promise<void> } },
  Bench extends { readonly run: string },
>(open: () => Promise<Place>, openBench: (place: Place) => Promise<Bench>): () => Bench {
  let place: Place | undefined;
  let bench: Bench | undefined;
  beforeAll(async () => {
    place = await open();
    bench = await openBench(place);
  }, hourMs);
  afterAll(async () => {
    if (bench !== undefined) place?.leaves?.(bench.run);
    await place?.backend.close();
  }, hourMs);
  return () => {
    if (bench === undefined) throw new Error('the place is not open');
    return bench;
  };
}

/** A word that only what one run makes has in its titles. */
export const newRun = (): string => `r${randomBytes(4).toString('hex')}`;

/** Waits until what was written is found. */
export function settledAt({ settleMs, paceMs }: ContractPlace): <T>(check: () => Promise<T>) => Promise<T> {
  return (check) => vi.waitFor(check, { timeout: settleMs, interval: paceMs === 0 ? 20 : 1_000 });
}

/** One write, with a permit for it alone. */
export async function withPermit<W, T extends Json, Written>(
  door: WriterDoor<W, T>,
  {
    tool,
    step,
    target,
    mark,
  }: { readonly tool: string; readonly step: string; readonly target: T; readonly mark: Mark },
  write: (writer: W) => Promise<Written>,
): Promise<Written> {
  const { changeId } = mark;
  try {
    return await write(await door.open(mintPermit({ changeId, tool, step, target })));
  } finally {
    await door.done(changeId);
  }
}

import type { RestoreChoice } from '#shared/tools/index.ts';
import type { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, type Done, single, writeTools } from '../drive.ts';

/** Several changes as one, as the executor makes it; null where they cannot be. */
export function asOne(dones: readonly Done[]): ReturnType<typeof single> | null {
  let whole: ReturnType<typeof single> | null = null;
  for (const done of dones) {
    if (whole === null) {
      whole = single(done);
      continue;
    }
    const both = writeTools[whole.name].combine(whole, { ...single(done), tool: done.name });
    if (both === null) return null;
    for (const [, bytes] of (done.contents as typeof whole.contents & { all: Map<string, Uint8Array> }).all) {
      whole.contents.put(bytes);
    }
    whole = { ...whole, ...both };
  }
  return whole;
}

/** The state of what they touch, as it is now. */
export async function now(
  repository: FakeRepository,
  { name, plan, before, receipts, contents }: Done,
): Promise<unknown> {
  return writeTools[name].observe(plan, before, receipts, repository.reader(), contents);
}

/** Plans and carries out the undo of several changes as one. */
export async function undo(repository: FakeRepository, dones: readonly Done[], choice: RestoreChoice = 'refuse') {
  const whole = asOne(dones);
  if (whole === null) throw new Error('they cannot be one');
  const state = await now(repository, whole);
  const result = writeTools[whole.name].restore(whole, state, choice);
  if ('refused' in result) return result;
  const { name, contents } = whole;
  const description = writeTools[name].describe(result.plan, state, contents);
  return carryOut(repository, { name, plan: result.plan, before: state, contents, description });
}

import { type Answered, ended, patienceMs, pauses } from '#test/e2e/people.ts';
import type { Bench } from './bench.ts';

/** Waits until a change has ended, or waits for its approval; answers how it stands then, or when the time is over. */
export async function planned(bench: Bench, id: string, withinMs: number): Promise<Answered> {
  return reached(bench, id, [...ended, 'pending_approval'], withinMs);
}

/** Waits until a change has ended; answers how it stands after that, or when the time is over. */
export function settled(bench: Bench, id: string, withinMs: number): Promise<Answered> {
  return reached(bench, id, ended, withinMs);
}

/** How long it may take until what was not answered is found. */
const lookMs = 8_000;

/** As {@link settled}, where a change of which nothing is found stays in doubt until a person says what became of it. */
export async function settledOrInDoubt(bench: Bench, id: string): Promise<Answered> {
  const begun = performance.now();
  let doubted: number | null = null;
  for (const pause of pauses()) {
    const { body } = await bench.person.get(`/api/changes/${id}/progress`);
    const now = performance.now();
    doubted = body?.status === 'unknown' ? (doubted ?? now) : null;
    const isLeft = doubted !== null && now - doubted > lookMs;
    if (ended.includes(body?.status) || isLeft || now - begun > patienceMs) return body;
    await pause();
  }
}

async function reached(bench: Bench, id: string, states: readonly string[], withinMs: number): Promise<Answered> {
  const deadline = performance.now() + withinMs;
  for (const pause of pauses()) {
    const { body } = await bench.person.get(`/api/changes/${id}/progress`);
    if (states.includes(body?.status) || performance.now() > deadline) return body;
    await pause();
  }
}

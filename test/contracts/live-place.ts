import type { ContractPlace } from './place.ts';

/** Limits of real backends end within the hour. */
export const livePace: Pick<ContractPlace, 'settleMs' | 'paceMs'> = { settleMs: 120_000, paceMs: 65 * 60_000 };

/** Opens a real account for as long as `check` finds nothing against it. Throws what that throws. */
export async function openChecked<Backend extends { readonly close: () => Promise<void> }>(
  open: (onProblem: (error: unknown) => void) => Promise<Backend>,
  check: (backend: Backend) => Promise<void>,
  say: (line: string) => void,
): Promise<Backend> {
  const backend = await open((problem) => say(`In the background: ${String(problem)}`));
  await check(backend).catch(async (error: unknown) => {
    await backend.close();
    throw error;
  });
  return backend;
}

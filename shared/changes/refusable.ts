import { AppError } from '#shared/errors.ts';

/** What no plan could be made of, and why, for whoever asked. */
export type Refused = { readonly refused: string };

/** Makes a plan that was asked for. An AppError that no later try can mend is an answer: the change ends and says why. */
export async function refusable<Planned>(plan: () => Promise<Planned>): Promise<Planned | Refused> {
  try {
    return await plan();
  } catch (error) {
    if (error instanceof AppError && !error.retryable && error.code !== 'internal') return { refused: error.message };
    throw error;
  }
}

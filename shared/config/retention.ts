import * as z from 'zod';

/** How long contents are kept after their change has ended: a number of days, `90d`, or `forever`, which is null. */
export const retentionDays = z
  .string()
  .regex(/^(?:forever|[1-9]\d{0,4}d)$/, 'must be a number of days, such as 90d, or forever')
  .transform((text) => (text === 'forever' ? null : Number(text.slice(0, -1))));

/** How long it is kept what agents read at least, in days: what counts as an agent's session is younger. */
export const leastReadsDays = 2;

/** The same for what agents read, which counts for a day. */
export const readsRetentionDays = retentionDays.refine((days) => days === null || days >= leastReadsDays, {
  error: `must be ${leastReadsDays}d or more, or forever`,
});

/** How long it is kept what agents read, unless said otherwise; days. */
export const usualReadsDays = 90;

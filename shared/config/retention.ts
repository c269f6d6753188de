import * as z from 'zod';

/** How long contents are kept after their change has ended: a number of days, `90d`, or `forever`, which is null. */
export const retentionDays = z
  .string()
  .regex(/^(?:forever|[1-9]\d{0,4}d)$/, 'must be a number of days, such as 90d, or forever')
  .transform((text) => (text === 'forever' ? null : Number(text.slice(0, -1))));

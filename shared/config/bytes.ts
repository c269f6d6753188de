import * as z from 'zod';

const units = { MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

/** A size on disk, such as `500MiB` or `10GiB`, in bytes. */
export const diskSize = z
  .string()
  .regex(/^[1-9]\d{0,8}(?:MiB|GiB|TiB)$/, 'must be a size, such as 500MiB or 10GiB')
  .transform((text) => Number(text.slice(0, -3)) * units[text.slice(-3) as keyof typeof units]);

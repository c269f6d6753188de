import * as z from 'zod';

const units = { B: 1, kB: 1000, KB: 1000, MB: 1_000_000, KiB: 1024, MiB: 1_048_576 } as const;

/** A number of bytes: as such, or with a unit (`500KB`, `1MiB`). */
export const byteCount = z.union([
  z.number().int().positive(),
  z
    .string()
    .regex(/^[1-9]\d{0,9} ?(?:B|kB|KB|MB|KiB|MiB)$/, {
      error: 'must be a number of bytes, such as 200000, "500KB" or "1MiB"',
    })
    .transform((text) => {
      const [, amount = '', unit = 'B'] = /^(\d+) ?(\w+)$/.exec(text) ?? [];
      return Number(amount) * units[unit as keyof typeof units];
    }),
]);

import { InvalidArgumentError } from 'commander';

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time of ISO 8601 with its zone, or how long ago, as the API wants it. Throws commander's InvalidArgumentError. */
export function timeOf(text: string): string {
  const [, amount, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  if (amount !== undefined) {
    return new Date(Date.now() - Number(amount) * units[unit as keyof typeof units]).toISOString();
  }
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  if (!isTime || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError('It must be a time with its zone, such as 2027-03-01T08:00:00Z, or 30m, 2h or 3d.');
  }
  return new Date(text).toISOString();
}

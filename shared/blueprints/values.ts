import { isIP, SocketAddress } from 'node:net';
import * as z from 'zod';

const minute = 60_000;
const units = { m: minute, h: 60 * minute, d: 24 * 60 * minute } as const;

/** A person or an agent: letters and digits of any script, and a few signs that addresses and accounts have. */
export const name = z
  .string()
  .max(100)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}\p{M} ._@+:-]*$/u,
    'This is a name: letters and digits, with . _ @ + : - or a space between.',
  )
  .refine((text) => text === text.normalize('NFKC').trim(), 'Write this name in its plain form (Unicode NFKC).');

/** A sentence or two for people. */
export const prose = z.string().trim().min(1, 'This must say something.').max(1000);

/** An IP address in its canonical spelling, so that one address cannot stand for two callers. */
export const address = z.string().transform((text, context) => {
  const canonical = canonicalAddress(text);
  if (typeof canonical === 'string') return canonical;
  context.addIssue({ code: 'custom', message: canonical.wrong });
  return z.NEVER;
});

function canonicalAddress(text: string): string | { wrong: string } {
  const family = isIP(text);
  if (family === 0 || text.includes('%')) return { wrong: 'This must be an IP address, such as 127.0.0.1.' };
  const { address: canonical } = new SocketAddress({ address: text, family: family === 4 ? 'ipv4' : 'ipv6' });
  if (canonical === '0.0.0.0' || canonical === '::') {
    return { wrong: 'This means every address of the machine; name the one that the agent calls.' };
  }
  if (canonical.startsWith('::ffff:')) return { wrong: 'This is an IPv4 address in IPv6 spelling; write it as IPv4.' };
  return canonical;
}

/** A length of time as `90m`, `24h` or `7d`, from 1m to 30d, in milliseconds; null for anything else. */
export function durationMs(text: string): number | null {
  const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const ms = Number(count) * (units[unit as keyof typeof units] ?? Number.NaN);
  return ms >= minute && ms <= 30 * units.d ? ms : null;
}

/** A day of the calendar, as `YYYY-MM-DD`. */
export const day = z.iso.date('This must be a day, such as 2027-03-31.');

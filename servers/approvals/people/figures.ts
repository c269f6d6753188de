import type { Handler } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { AppError } from '#shared/errors.ts';
import { figuresSince } from '#shared/ledger/figures.ts';
import { reveal } from '../view/reveal.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { sightOf } from './sight.ts';

const units = { h: 3_600_000, d: 86_400_000 } as const;

/** How long ago, as `12h` or `30d`, or a time of ISO 8601 with its zone; in milliseconds since 1970. */
const since = z
  .string()
  .max(40)
  .default('30d')
  .transform((text) => ({ text, ago: /^([1-9]\d{0,4})([hd])$/.exec(text) }))
  .refine(({ text, ago }) => ago !== null || z.iso.datetime({ offset: true }).safeParse(text).success, {
    error: 'must be how long ago, as 12h or 30d, or a time with its zone, as 2027-03-01T08:00:00Z',
  });
const query = z.strictObject({ since });

/** `GET /figures?since=`: what was decided and what became of it, for those who see all changes. */
export function figuresRoute(options: ConsoleOptions): Handler<SignedIn> {
  const { ledger, now } = options;
  return async (context) => {
    if (!sightOf(options, context.get('principal')).everything) {
      throw new AppError('not_permitted', 'Figures over everybody are for auditors and responders.');
    }
    const { text, ago } = parseArguments(query, context.req.query()).since;
    const at = now();
    const [, count, unit] = ago ?? [];
    const from =
      unit === undefined ? Date.parse(text) : at.getTime() - Number(count) * units[unit as keyof typeof units];
    const figures = await figuresSince(ledger.db, new Date(Math.max(0, from)));
    const people = figures.people.map(({ issuer, subject, ...counts }) => ({
      issuer: reveal(issuer),
      subject: reveal(subject),
      ...counts,
    }));
    return context.json({ ...figures, until: at.toISOString(), people });
  };
}

import * as z from 'zod';
import type { ReviewTime } from './blueprint.ts';
import { durationMs } from './values.ts';

const wanted =
  'This must be a time from 1m to 30d, such as 90m, 24h or 7d, or 1 to 20 working days, such as "2 working days in Europe/Berlin".';

/** How long a proposal waits: `90m`, `24h`, `7d`, `2 working days`, `2 working days in Europe/Berlin`. */
export const reviewTime = z.string(wanted).transform((text, context): ReviewTime => {
  const ms = durationMs(text);
  if (ms !== null) return { expiresMs: ms };
  const [, count, zone = 'UTC'] = /^([1-9]\d?) working days?(?: in ([A-Za-z][\w+/-]{0,60}))?$/.exec(text) ?? [];
  const workingDays = Number(count);
  if (workingDays <= 20 && isTimeZone(zone)) return { workingDays, timeZone: zone };
  const message = workingDays <= 20 ? 'There is no such time zone; write one as Europe/Berlin or UTC.' : wanted;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

const dayMs = 86_400_000;

/**
 * When a proposal that is made now ends. Working days are Monday to Friday, whatever the holidays: it ends at the same
 * time of day, as clocks in the time zone show it, so many of them later. What is proposed on a Saturday or Sunday counts
 * as proposed when Monday begins.
 */
export function endOfReview(time: ReviewTime, now: Date): Date {
  if ('expiresMs' in time) return new Date(now.getTime() + time.expiresMs);
  const { workingDays, timeZone } = time;
  let shown = clockAt(now.getTime(), timeZone);
  while (isWeekend(shown)) shown = shown - (shown % dayMs) + dayMs;
  for (let left = workingDays; left > 0; ) {
    shown += dayMs;
    if (!isWeekend(shown)) left -= 1;
  }
  return new Date(instantOf(shown, timeZone));
}

/** What clocks of a time zone show, as milliseconds since the first of January 1970 there. */
function clockAt(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  const whole = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return whole + (((instant % 1000) + 1000) % 1000);
}

/** When clocks show this. A time that they leave out in spring is taken as the one after it. */
function instantOf(shown: number, timeZone: string): number {
  const before = shown - (clockAt(shown, timeZone) - shown);
  return shown - (clockAt(before, timeZone) - before);
}

function isWeekend(shown: number): boolean {
  return [0, 6].includes(new Date(shown).getUTCDay());
}

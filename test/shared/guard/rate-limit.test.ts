import { describe, expect, it } from 'vitest';
import { rateLimit } from '#shared/guard/rate-limit.ts';

function clocked(options: { perMinute: number; burst?: number }) {
  let time = 1000;
  const ask = rateLimit<string>({ ...options, key: (of) => of, now: () => time });
  const pass = (ms: number) => {
    time += ms;
  };
  return { ask, pass };
}

const allowed = { allowed: true };

describe('rateLimit', () => {
  it('lets a burst through and then one for each share of a minute', () => {
    const { ask, pass } = clocked({ perMinute: 60, burst: 3 });
    expect([ask('a'), ask('a'), ask('a')]).toEqual([allowed, allowed, allowed]);
    expect(ask('a')).toEqual({ allowed: false, retryAfterMs: 1000 });
    pass(999);
    expect(ask('a')).toEqual({ allowed: false, retryAfterMs: 1 });
    pass(1);
    expect(ask('a')).toEqual(allowed);
    expect(ask('a')).toMatchObject({ allowed: false });
  });

  it('allows a minute worth at once when no burst is given', () => {
    const { ask } = clocked({ perMinute: 2 });
    expect([ask('a'), ask('a')]).toEqual([allowed, allowed]);
    expect(ask('a')).toEqual({ allowed: false, retryAfterMs: 30_000 });
  });

  it('keeps callers apart', () => {
    const { ask } = clocked({ perMinute: 1 });
    expect(ask('a')).toEqual(allowed);
    expect(ask('b')).toEqual(allowed);
    expect(ask('a')).toMatchObject({ allowed: false });
  });

  it('never saves up more than a burst', () => {
    const { ask, pass } = clocked({ perMinute: 60, burst: 2 });
    pass(3_600_000);
    expect([ask('a'), ask('a'), ask('a').allowed]).toEqual([allowed, allowed, false]);
  });

  it('does not punish asking: refused requests cost nothing', () => {
    const { ask, pass } = clocked({ perMinute: 60, burst: 1 });
    ask('a');
    for (let i = 0; i < 100; i += 1) expect(ask('a').allowed).toBe(false);
    pass(1000);
    expect(ask('a')).toEqual(allowed);
  });

  it('goes on counting for a key that is active while others are forgotten', () => {
    const { ask, pass } = clocked({ perMinute: 1, burst: 1 });
    expect(ask('old')).toEqual(allowed);
    pass(59_000);
    expect(ask('new')).toEqual(allowed);
    pass(1000);
    expect(ask('old')).toEqual(allowed);
    expect(ask('new')).toEqual({ allowed: false, retryAfterMs: 59_000 });
  });

  it('refuses limits that would let nothing through', () => {
    const limit = (perMinute: number, burst: number) => () =>
      rateLimit({ perMinute, burst, key: String, now: () => 0 });
    expect(limit(0, 1)).toThrow(RangeError);
    expect(limit(Number.NaN, 1)).toThrow(RangeError);
    expect(limit(60, 0.5)).toThrow(RangeError);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, digest, sha256 } from '#shared/crypto/canonical.ts';
import { sameSecret } from '#shared/crypto/equal.ts';
import type { Json } from '#shared/tools/index.ts';

describe('canonical JSON', () => {
  // RFC 8785, sections 3.2.2 to 3.2.4: the sample object and its result.
  test('is that of the RFC’s own sample', () => {
    const sample = JSON.parse(
      String.raw`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`,
    );
    expect(canonical(sample)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  // RFC 8785, section 3.2.3: sorted by UTF-16 code units.
  test('sorts names as the RFC’s sample does', () => {
    const sample = JSON.parse(String.raw`{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}`);
    expect(Object.values(JSON.parse(canonical(sample)) as object)).toHaveLength(7);
    expect([...canonical(sample).matchAll(/:(\d)/g)].map(([, n]) => n).join('')).toBe('2467153');
  });

  // RFC 8785, appendix B.
  test.each<[number, string]>([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [-5e-324, '-5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [9.999999999999997e22, '9.999999999999997e+22'],
    [1e23, '1e+23'],
    [1.0000000000000001e23, '1.0000000000000001e+23'],
    [999999999999999700000, '999999999999999700000'],
    [1e21, '1e+21'],
    [9.999999999999997e-7, '9.999999999999997e-7'],
    [0.000001, '0.000001'],
    [333333333.3333332, '333333333.3333332'],
    [-0.0000033333333333333333, '-0.0000033333333333333333'],
    [1424953923781206.2, '1424953923781206.2'],
  ])('writes the number %d as %s', (number, text) => {
    expect(canonical(number)).toBe(text);
  });

  test.each<[string, unknown]>([
    ['not a number', Number.NaN],
    ['an infinite number', Number.POSITIVE_INFINITY],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate as a name', { '\udc00': 1 }],
    ['a bigint', 1n],
    ['undefined', undefined],
    ['a function', () => 1],
    ['a cycle', cycle()],
  ])('has no text for %s', (_what, value) => {
    expect(() => canonical(value as Json)).toThrow();
  });

  test('keeps the name __proto__', () => {
    expect(canonical(JSON.parse('{"b":1,"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1},"b":1}');
  });

  test('is one text for one value, however it was built', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false } as object), (value) => {
        const text = canonical(value as Json);
        expect(canonical(JSON.parse(text))).toBe(text);
        expect(canonical(reversed(value) as Json)).toBe(text);
        expect(digest(value as Json)).toBe(sha256(text));
      }),
    );
  });
});

function cycle(): unknown {
  const one: unknown[] = [];
  one.push(one);
  return one;
}

/** The same value with the members of every object in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, reversed(one)]),
  );
}

test('a digest is the SHA-256 of FIPS 180, of bytes and of text', () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(sha256('abc')).toBe(abc);
  expect(sha256(Uint8Array.of(97, 98, 99))).toBe(abc);
  expect(sha256('é')).toBe(sha256(Uint8Array.of(0xc3, 0xa9)));
});

test('secrets are the same when every character is', () => {
  expect(sameSecret('token', 'token')).toBe(true);
  for (const other of ['Token', 'toke', 'token ', '', 'tokem']) expect(sameSecret('token', other)).toBe(false);
});

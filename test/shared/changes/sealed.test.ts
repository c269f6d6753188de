import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeIdPattern, newChangeId, newNonce } from '#shared/changes/ids.ts';
import { markOf } from '#shared/changes/mark.ts';
import { type SealedBody, seal, unseal } from '#shared/changes/sealed.ts';
import { canonical, sha256 } from '#shared/crypto/canonical.ts';
import { leaves, withLeaf } from './paths.ts';

const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((one) => one.isWellFormed());
const instant = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
// The name __proto__ is left out of what is sealed, which has a test of its own.
const json = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'p')));
const content = fc.record({ sha256: hex, bytes: fc.nat() });
const effect = fc.oneof(
  fc.record({
    kind: fc.constant('field' as const),
    target: text,
    field: text,
    before: fc.option(text),
    after: fc.option(text),
  }),
  fc.record({
    kind: fc.constant('file' as const),
    path: text,
    before: fc.constant(null),
    after: fc.record({ content, mode: fc.constantFrom('100644' as const, '120000' as const), binary: fc.boolean() }),
  }),
);
const body: fc.Arbitrary<SealedBody> = fc.record({
  format: fc.constant('countersign/change@1' as const),
  change_id: fc.constant(newChangeId(new Date(0))),
  nonce: hex,
  created_at: instant,
  expires_at: instant,
  requester: fc.oneof(
    fc.record({ kind: fc.constant('agent' as const), agent: text }),
    fc.record({ kind: fc.constant('person' as const), issuer: text, subject: text }),
  ),
  sponsor: text,
  blueprint: fc.option(fc.record({ name: text, digest: hex })),
  review: fc.record({ by: fc.array(text, { minLength: 1, maxLength: 3 }), quorum: fc.integer({ min: 1, max: 9 }) }),
  server: text,
  backend: text,
  target: json,
  tool: text,
  contract: hex,
  arguments: json,
  restores: fc.constant(null),
  plan: json,
  summary: text,
  effects: fc.array(effect, { maxLength: 3 }),
  touches: fc.array(text, { maxLength: 3 }),
  flags: fc.array(fc.record({ code: fc.constant('deletion' as const), message: text }), { maxLength: 2 }),
  reaches: fc.array(fc.record({ code: fc.constant('runs_ci' as const), message: text }), { maxLength: 2 }),
  reversible: fc.oneof(
    fc.constant({ kind: 'full' as const }),
    fc.record({ kind: fc.constant('partial' as const), lost: fc.array(text, { minLength: 1, maxLength: 2 }) }),
  ),
  steps: fc.array(text, { minLength: 1, maxLength: 3 }),
  snapshot: hex,
});

describe('a seal', () => {
  test('is another when any one field of any body is', () => {
    fc.assert(
      fc.property(body, (one) => {
        const { seal: before } = seal(one);
        for (const path of leaves(one)) {
          const other = withLeaf(one, path);
          const after = sealOf(other);
          if (canonical(other) === canonical(one as never)) continue;
          expect(after, path.join('.')).not.toBe(before);
        }
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  test('is read back as what was sealed', () => {
    fc.assert(
      fc.property(body, (one) => {
        const sealed = seal(one);
        expect(unseal({ seal: sealed.seal, body: sealed.text })).toEqual(sealed);
      }),
    );
  });

  test('refuses any other text', () => {
    fc.assert(
      fc.property(body, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (one, where, letter) => {
        const sealed = seal(one);
        const at = where % sealed.text.length;
        const other = sealed.text.slice(0, at) + letter + sealed.text.slice(at + 1);
        fc.pre(other !== sealed.text);
        expect(() => unseal({ seal: sealed.seal, body: other })).toThrow('not the one that was sealed');
      }),
    );
  });

  test('leaves out the name __proto__, so that nobody acts on it, and takes no text that has it', () => {
    const [one] = fc.sample(body, 1);
    if (!one) throw new Error('no sample');
    const sealed = seal({ ...one, plan: JSON.parse('{"__proto__":{"a":1},"b":2}') });
    expect(sealed.body.plan).toEqual({ b: 2 });
    expect(JSON.stringify(JSON.parse(sealed.text).plan)).toBe('{"b":2}');
    const other = sealed.text.replace('"plan":{', '"plan":{"__proto__":{"a":1},');
    expect(() => unseal({ seal: sha256(other), body: other })).toThrow('not the one that was sealed');
  });

  test('differs for the same proposal under another nonce', () => {
    const [one] = fc.sample(body, 1);
    if (!one) throw new Error('no sample');
    expect(seal({ ...one, nonce: newNonce() }).seal).not.toBe(seal({ ...one, nonce: newNonce() }).seal);
  });

  test.each<[string, unknown]>([
    ['a lone surrogate', '\ud800'],
    ['a number that JSON has not', Number.POSITIVE_INFINITY],
    ['something undefined', { x: undefined }],
    ['a date', new Date(0)],
    ['a function', () => 1],
  ])('is not given to a plan with %s', (_what, plan) => {
    const [one] = fc.sample(body, 1);
    expect(() => seal({ ...one, plan } as SealedBody)).toThrow();
  });
});

function sealOf(other: unknown): string | null {
  try {
    return seal(other as SealedBody).seal;
  } catch {
    return null;
  }
}

describe('change ids', () => {
  test('sort as they were made, and are never the same', () => {
    const instants = [0, 1, 31, 32, 1023, 1024, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48 - 1];
    const ids = instants.map((at) => newChangeId(new Date(at)));
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(changeIdPattern);
    const same = new Date();
    expect(new Set(Array.from({ length: 2000 }, () => newChangeId(same))).size).toBe(2000);
  });
});

test('a mark follows from the change and its nonce, and from nothing else', () => {
  const change = { change_id: newChangeId(new Date(0)), nonce: newNonce() };
  expect(markOf(change)).toEqual(markOf({ ...change }));
  expect(markOf(change).token).toMatch(/^[0-9a-f]{32}$/);
  expect(markOf({ ...change, nonce: newNonce() }).token).not.toBe(markOf(change).token);
  expect(markOf({ ...change, change_id: newChangeId(new Date(1)) }).token).not.toBe(markOf(change).token);
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withoutLongTexts, withStandIns } from '#shared/changes/long-texts.ts';
import { digest } from '#shared/crypto/canonical.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';

const long = 'long '.repeat(20_000);

test('short arguments stay as they are', () => {
  const args = { a: ['text', 1, null, { b: true }], c: 'x'.repeat(64 * 1024) };
  expect(withoutLongTexts(args)).toEqual(args);
  expect(withStandIns(args)).toEqual(args);
});

test('long texts are told apart by what they say', () => {
  const of = (content: string) => digest(withoutLongTexts({ files: [{ path: 'a', content }] }));
  expect(of(long)).toBe(of(`${long}`));
  expect(of(long)).not.toBe(of(`${long}.`));
  expect(of(`${long}a`)).not.toBe(of(`${long}b`));
  expect(JSON.stringify(withoutLongTexts({ long })).length).toBeLessThan(200);
});

test.each(['', '=', '=='])(
  'a stand-in has the length of what it stands for, its padding %j and other characters included',
  (padding) => {
    const text = `${'ä'.repeat(70_000)}${padding}`;
    const { files } = withStandIns(withoutLongTexts({ files: [{ base64: text }] })) as { files: { base64: string }[] };
    expect(Buffer.byteLength(files[0]?.base64 ?? '')).toBe(Buffer.byteLength(text));
    expect(/=*$/.exec(files[0]?.base64 ?? '')?.[0]).toBe(padding);
  },
);

describe('a proposal with a long text', () => {
  let kit: NotesKit;
  beforeEach(async () => {
    kit = await notesKit();
  });
  afterEach(() => kit.close());

  test('is sealed without it, found again by it, and carries it out', async () => {
    const { changeId } = await kit.propose({ a: long });
    const sealed = await findSealed(kit.ledger.db, changeId);
    expect(JSON.parse(sealed?.body ?? '').arguments).toMatchObject({
      notes: [{ id: 'a', text: { $bytes: long.length } }],
    });
    expect((await kit.propose({ a: long })).changeId).toBe(changeId);
    expect((await kit.propose({ a: `${long}.` })).changeId).not.toBe(changeId);
    await kit.decide(changeId);
    // A blueprint that was edited is asked again, from the arguments as they are kept.
    kit.blueprints.set(kit.blueprint.name, { ...kit.blueprint, digest: '0'.repeat(64) });
    await workAll(kit.context, 1);
    expect(await kit.status(changeId)).toBe('applied');
    expect(kit.store.get('a').text === long).toBe(true);
  });
});

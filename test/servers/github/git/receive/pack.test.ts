import { describe, expect, test } from 'vitest';
import { type PushLimits, pushLimits } from '#servers/github/git/receive/limits.ts';
import { type Objects, readPack } from '#servers/github/git/receive/pack.ts';
import { appending, blob, commit, entry, pack, type RawEntry, refDelta, tree, varint, whole } from './make.ts';

type Bases = (oids: readonly string[]) => Promise<Objects>;
const none: Bases = async () => new Map();
const read = (bytes: Buffer, limits: Partial<PushLimits> = {}, bases: Bases = none) =>
  readPack(bytes, { ...pushLimits, ...limits }, bases);

const hello = blob('hello\n');

describe('a pack', () => {
  test('is read with whole objects and deltas of either kind, in any order', async () => {
    const large = blob('x'.repeat(5000));
    const longer = blob(`${'x'.repeat(5000)}more`);
    const longest = blob(`${'x'.repeat(5000)}more and more`);
    const first = entry(whole(large));
    const byPlace: RawEntry = { kind: 'ofs', bytes: appending(5000, 'more'), before: Buffer.from([first.length]) };
    const byId = refDelta(longer.oid, appending(5004, ' and more'));
    const root = tree(['100644', 'x', hello]);
    for (const all of [
      pack([byId, first, byPlace, whole(root)]),
      pack([first, byPlace, byId, whole(commit(root, []))]),
    ]) {
      const found = await read(all);
      expect(found.get(longest.oid)?.bytes).toEqual(new Uint8Array(longest.bytes));
      expect(found.size).toBe(4);
    }
  });

  test('may make objects from others that the pusher could have fetched', async () => {
    const thin = pack([refDelta(hello.oid, appending(6, 'world\n'))]);
    const asked: string[] = [];
    const found = await read(thin, {}, async (oids) => {
      asked.push(...oids);
      return new Map([[hello.oid, hello]]);
    });
    expect([...found.keys()]).toEqual([blob('hello\nworld\n').oid]);
    expect(asked).toEqual([hello.oid]);
    await expect(read(thin)).rejects.toThrow('neither in it nor could be fetched');
  });

  const good = pack([whole(hello)]);
  const cut = (bytes: Buffer, length: number) => bytes.subarray(0, length);
  const damage: readonly (readonly [what: string, bytes: Buffer])[] = [
    ['nothing', Buffer.alloc(0)],
    ['half of it', cut(good, good.length - 25)],
    ['another checksum', Buffer.concat([cut(good, good.length - 1), Buffer.from([0])])],
    ['fewer objects than it says', pack([whole(hello)], 2)],
    ['more objects than it says', pack([whole(hello), whole(hello)], 1)],
    ['an object that is larger than it says', pack([{ ...whole(hello), size: 3 }])],
    ['an object that is smaller than it says', pack([{ ...whole(hello), size: 100 }])],
    ['what cannot be inflated', pack([Buffer.concat([Buffer.from([0x36]), Buffer.from('no deflate')])])],
    ['an unknown kind', pack([Buffer.concat([Buffer.from([0x56]), entry(whole(hello)).subarray(1)])])],
    ['a delta of itself', pack([{ kind: 'ofs', bytes: appending(1, 'x'), before: Buffer.from([0]) }])],
    [
      'a delta of what is before the pack',
      pack([{ kind: 'ofs', bytes: appending(1, 'x'), before: Buffer.from([0x7f]) }]),
    ],
    ['a delta of another size', pack([whole(hello), refDelta(hello.oid, appending(7, 'x'))])],
    [
      'a delta that reads past an end',
      pack([whole(hello), refDelta(hello.oid, Buffer.concat([varint(6), varint(9), Buffer.from([0x91, 1, 9])]))]),
    ],
    [
      'a delta with an unknown instruction',
      pack([whole(hello), refDelta(hello.oid, Buffer.concat([varint(6), varint(1), Buffer.from([0])]))]),
    ],
    [
      'a delta that makes less than it says',
      pack([whole(hello), refDelta(hello.oid, Buffer.concat([varint(6), varint(9), Buffer.from([1, 65])]))]),
    ],
    [
      'a delta that makes more than it says',
      pack([whole(hello), refDelta(hello.oid, Buffer.concat([varint(6), varint(1), Buffer.from([2, 65, 65])]))]),
    ],
    ['a delta that is cut short', pack([whole(hello), refDelta(hello.oid, Buffer.from([0x86]))])],
  ];
  test.each(damage)('with %s is damaged', async (_what, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'invalid_arguments', message: /^The pack is damaged/ });
  });

  test('that would come to very much is given up before it is inflated', async () => {
    const zeros = Buffer.alloc(2_000_000);
    const bomb = pack([{ kind: 'blob', bytes: zeros }]);
    expect(bomb.length).toBeLessThan(3000);
    await expect(read(bomb, { inflated: 1_000_000 })).rejects.toMatchObject({ code: 'too_large' });
    await expect(read(pack([{ kind: 'blob', bytes: zeros, size: 2 ** 41 }]))).rejects.toThrow('impossible size');
    // What it says is less than it is: no more than that is inflated.
    await expect(read(pack([{ kind: 'blob', bytes: zeros, size: 10 }]))).rejects.toThrow('damaged');
  });

  test('whose deltas would come to very much is given up before they are made', async () => {
    const base = blob('x'.repeat(60_000));
    const times = 1000;
    const copies = Array.from({ length: times }, () => Buffer.from([0x80 | 0x30, 60_000 & 255, 60_000 >> 8]));
    const delta = Buffer.concat([varint(60_000), varint(60_000 * times), ...copies]);
    const bomb = pack([whole(base), ...Array.from({ length: 5 }, () => refDelta(base.oid, delta))]);
    await expect(read(bomb)).rejects.toMatchObject({ code: 'too_large' });
  });

  test('may have so long chains of deltas, and so many objects, and no more', async () => {
    const chain: RawEntry[] = [whole(hello)];
    for (let text = 'hello\n', depth = 0; depth < 10; depth += 1, text += 'x') {
      chain.push(refDelta(blob(text).oid, appending(text.length, 'x')));
    }
    await expect(read(pack(chain), { depth: 10 })).resolves.toHaveProperty('size', 11);
    await expect(read(pack(chain), { depth: 9 })).rejects.toThrow('a chain of more than 9 deltas');
    await expect(read(pack(chain), { objects: 10 })).rejects.toMatchObject({ code: 'too_large' });
    await expect(read(pack([whole(hello)], 2 ** 32 - 1))).rejects.toMatchObject({ code: 'too_large' });
  });
});

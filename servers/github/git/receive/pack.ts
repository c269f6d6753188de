import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { breather } from './breather.ts';
import { type Budget, budget } from './budget.ts';
import { damaged } from './damaged.ts';
import { applyDelta, deltaSizes } from './delta.ts';
import type { PushLimits } from './limits.ts';
import { type Entry, entriesOf } from './pack-entries.ts';

/** An object of git, whole. */
export type GitObject = { readonly type: 'commit' | 'tree' | 'blob' | 'tag'; readonly bytes: Uint8Array };

/** Objects by their ids. */
export type Objects = ReadonlyMap<string, GitObject>;

type Whole = {
  readonly oid: string;
  readonly object: GitObject;
  readonly offset: number | null;
  readonly depth: number;
};

/**
 * Reads all objects of a pack, in memory, each within bounds that are checked before anything of that size is made.
 * `bases` gives the objects that deltas are made from and that the pack does not hold: those that the sender may refer
 * to. Throws AppError `invalid_arguments` for a damaged pack, `too_large` beyond the bounds.
 */
export async function readPack(
  pack: Uint8Array,
  limits: PushLimits,
  bases: (oids: readonly string[]) => Promise<Objects>,
): Promise<Objects> {
  assertWhole(pack);
  const spent = budget(limits.inflated);
  const waiting = children();
  const found = new Map<string, GitObject>();
  const queue: Whole[] = [];
  const breathe = breather();
  for (const entry of entriesOf(pack, limits.objects, spent)) {
    if (entry.base === null) queue.push(wholeOf(entry, entry.type));
    else waiting.add(entry, entry.base);
    await breathe();
  }
  for (;;) {
    for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
      if (one.offset !== null) found.set(one.oid, one.object);
      for (const delta of waiting.take(one)) queue.push(resolve(delta, one, { limits, spent }));
      await breathe();
    }
    const missing = waiting.missing();
    if (missing.length === 0) break;
    const given = await bases(missing);
    for (const [oid, object] of given) queue.push({ oid, object, offset: null, depth: 0 });
    if (given.size < missing.length) throw damaged('deltas of objects that are neither in it nor could be fetched');
  }
  if (waiting.size() > 0) throw damaged('deltas that lead nowhere');
  return found;
}

function assertWhole(pack: Uint8Array): void {
  if (pack.byteLength < 32) throw damaged('no end');
  const said = Buffer.from(pack.subarray(-20)).toString('hex');
  if (createHash('sha1').update(pack.subarray(0, -20)).digest('hex') !== said)
    throw damaged('another checksum than it says');
}

function wholeOf({ offset, bytes }: Entry, type: GitObject['type'], depth = 0): Whole {
  const oid = createHash('sha1').update(`${type} ${bytes.byteLength}\0`).update(bytes).digest('hex');
  return { oid, object: { type, bytes }, offset, depth };
}

function resolve(delta: Entry, base: Whole, { limits, spent }: { limits: PushLimits; spent: Budget }): Whole {
  const depth = base.depth + 1;
  if (depth > limits.depth) throw damaged(`a chain of more than ${limits.depth} deltas`);
  spent(deltaSizes(delta.bytes).result);
  const bytes = applyDelta(base.object.bytes, delta.bytes);
  return wholeOf({ ...delta, bytes }, base.object.type, depth);
}

/** Deltas that wait for the object that they are made from. */
function children() {
  const waiting = new Map<string | number, Entry[]>();
  const add = (entry: Entry, base: string | number): void => {
    const others = waiting.get(base);
    if (others === undefined) waiting.set(base, [entry]);
    else others.push(entry);
  };
  const takeAll = (base: string | number): readonly Entry[] => {
    const taken = waiting.get(base) ?? [];
    waiting.delete(base);
    return taken;
  };
  return {
    add,
    take: ({ oid, offset }: Whole) => [...takeAll(oid), ...(offset === null ? [] : takeAll(offset))],
    missing: () => [...waiting.keys()].filter((base) => typeof base === 'string'),
    size: () => waiting.size,
  };
}

import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { Fetchable } from '#servers/github/git/receive/fetchable.ts';
import { parseCommit, parseTree } from '#servers/github/git/receive/objects.ts';
import type { GitObject } from '#servers/github/git/receive/pack.ts';

/** An object of git, made by hand. */
export type Made = { readonly type: GitObject['type']; readonly bytes: Buffer; readonly oid: string };

function made(type: GitObject['type'], bytes: Buffer): Made {
  const oid = createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
  return { type, bytes, oid };
}

export const blob = (text: string | Buffer): Made => made('blob', Buffer.from(text as string));

/** A tree with its entries in the order given, right or wrong: mode, name, object (or its id). */
export function tree(
  ...entries: readonly (readonly [mode: string, name: string | Buffer, object: Made | string])[]
): Made {
  const parts = entries.flatMap(([mode, name, object]) => [
    Buffer.from(`${mode} `),
    Buffer.from(name as string),
    Buffer.from([0]),
    Buffer.from(typeof object === 'string' ? object : object.oid, 'hex'),
  ]);
  return made('tree', Buffer.concat(parts));
}

export function commit(root: Made, parents: readonly (Made | string)[], message = 'A commit\n', more = ''): Made {
  const lines = [
    `tree ${root.oid}`,
    ...parents.map((parent) => `parent ${typeof parent === 'string' ? parent : parent.oid}`),
    'author A <a@example.com> 1 +0000',
    'committer A <a@example.com> 1 +0000',
  ];
  return made('commit', Buffer.from(`${lines.join('\n')}\n${more}\n${message}`));
}

const kinds = { commit: 1, tree: 2, blob: 3, tag: 4, ofs: 6, ref: 7 } as const;

/** An entry as it stands in a pack. `size` lies about how much it comes to. */
export type RawEntry = {
  readonly kind: keyof typeof kinds;
  readonly bytes: Buffer;
  readonly size?: number;
  /** What stands between the header and the deflated bytes. */
  readonly before?: Buffer;
};

export const whole = ({ type, bytes }: Made): RawEntry => ({ kind: type, bytes });

/** A delta of an object by its id. */
export const refDelta = (base: string, bytes: Buffer): RawEntry => ({
  kind: 'ref',
  bytes,
  before: Buffer.from(base, 'hex'),
});

/** A delta that adds text to the end of what it is made from. */
export function appending(base: number, text: string): Buffer {
  const copy = Buffer.from([0x80 | 0x0f | 0x70, 0, 0, 0, 0, base & 255, (base >> 8) & 255, (base >> 16) & 255]);
  return Buffer.concat([varint(base), varint(base + text.length), copy, Buffer.from([text.length]), Buffer.from(text)]);
}

export function varint(number: number): Buffer {
  const bytes: number[] = [];
  for (let left = number; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) | 128);
  }
}

export function entry({ kind, bytes, size = bytes.length, before = Buffer.alloc(0) }: RawEntry): Buffer {
  const rest = Math.floor(size / 16);
  const first = (kinds[kind] << 4) | (size % 16) | (rest > 0 ? 128 : 0);
  return Buffer.concat([Buffer.from([first]), rest > 0 ? varint(rest) : Buffer.alloc(0), before, deflateSync(bytes)]);
}

/** A pack of entries; `count` lies about how many there are. */
export function pack(entries: readonly (RawEntry | Buffer)[], count = entries.length): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(count, 8);
  const body = Buffer.concat([header, ...entries.map((one) => (Buffer.isBuffer(one) ? one : entry(one)))]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

/** What could be fetched: exactly some objects, of which `heads` are branches. */
export function fetchable(objects: readonly Made[], heads: readonly Made[]): Fetchable {
  const all = new Map(objects.map((one) => [one.oid, one]));
  const object = (oid: string): Made => {
    const found = all.get(oid);
    if (found === undefined) throw new Error(`no ${oid}`);
    return found;
  };
  const leads = new Set<string>();
  for (let at = heads.map(({ oid }) => oid); at.length > 0; ) {
    for (const oid of at) leads.add(oid);
    at = at.flatMap((oid) => parseCommit(object(oid).bytes).parents);
  }
  return {
    leadsTo: async (oid) => leads.has(oid),
    list: async (oid) => {
      const { tree: root } = parseCommit(object(oid).bytes);
      const inside = new Set<string>();
      const enter = (id: string): void => {
        inside.add(id);
        for (const { mode, oid: child } of parseTree(object(id).bytes))
          mode === '40000' ? enter(child) : inside.add(child);
      };
      enter(root);
      const entries = (id: string) =>
        inside.has(id) && all.get(id)?.type === 'tree' ? parseTree(object(id).bytes) : undefined;
      return { tree: root, entries, has: (id) => inside.has(id) };
    },
    objects: async (oids) => new Map(oids.flatMap((oid) => (all.has(oid) ? [[oid, object(oid)] as const] : []))),
  };
}

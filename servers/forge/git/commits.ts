import { type GitStore, makeObject, type NewObject, readObject } from './objects.ts';

/** Seconds since 1970 and the offset as git writes it, e.g. `+0900`. */
export type Person = { name: string; email: string; seconds: number; offset: string };

export type Commit = {
  oid: string;
  tree: string;
  parents: string[];
  author: Person;
  committer: Person;
  /** The whole message, as committed. */
  message: string;
  /** The armoured signature, where there is one. */
  signature: string | undefined;
  /** The bytes that the signature covers: the commit without it. */
  payload: Buffer;
};

export type CommitFields = Pick<Commit, 'tree' | 'parents' | 'author' | 'committer' | 'message'>;

export async function readCommit(store: GitStore, oid: string): Promise<Commit | undefined> {
  const object = await readObject(store, oid);
  return object?.type === 'commit' ? parseCommit(oid, object.content) : undefined;
}

/** For ids that come from a ref or a parent line, where absence is a broken repository. */
export async function mustReadCommit(store: GitStore, oid: string): Promise<Commit> {
  const commit = await readCommit(store, oid);
  if (!commit) throw new Error(`commit ${oid} is missing from ${store.dir}`);
  return commit;
}

export function parseCommit(oid: string, content: Buffer): Commit {
  const text = content.toString('utf8');
  const end = text.indexOf('\n\n');
  const headers = foldHeaders(text.slice(0, end));
  const first = (name: string): string => headers.find(([key]) => key === name)?.[1] ?? '';
  return {
    oid,
    tree: first('tree'),
    parents: headers.filter(([key]) => key === 'parent').map(([, value]) => value),
    author: parsePerson(first('author')),
    committer: parsePerson(first('committer')),
    message: text.slice(end + 2),
    signature: headers.find(([key]) => key === 'gpgsig')?.[1],
    payload: withoutSignature(content),
  };
}

function foldHeaders(block: string): [string, string][] {
  const headers: [string, string][] = [];
  for (const line of block.split('\n')) {
    const last = headers.at(-1);
    if (line.startsWith(' ') && last) last[1] += `\n${line.slice(1)}`;
    else headers.push([line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]);
  }
  return headers;
}

function withoutSignature(content: Buffer): Buffer {
  const text = content.toString('latin1');
  const end = text.indexOf('\n\n');
  const headers = text.slice(0, end + 1).replace(/^gpgsig(?:-sha256)? .*\n(?: .*\n)*/gm, '');
  return Buffer.from(headers + text.slice(end + 1), 'latin1');
}

function parsePerson(line: string): Person {
  const match = /^(.*?) ?<([^>]*)> (-?\d+) ([+-]\d{4})$/.exec(line);
  if (!match) return { name: line, email: '', seconds: 0, offset: '+0000' };
  const [, name = '', email = '', seconds = '0', offset = '+0000'] = match;
  return { name, email, seconds: Number(seconds), offset };
}

const formatPerson = (person: Person): string => `${person.name} <${person.email}> ${person.seconds} ${person.offset}`;

/** A commit object; `sign` gets the unsigned bytes and answers with the armoured signature. */
export function makeCommit(fields: CommitFields, sign?: (payload: Buffer) => string): NewObject {
  const headers = [
    `tree ${fields.tree}`,
    ...fields.parents.map((parent) => `parent ${parent}`),
    `author ${formatPerson(fields.author)}`,
    `committer ${formatPerson(fields.committer)}`,
  ].join('\n');
  const payload = Buffer.from(`${headers}\n\n${fields.message}`);
  if (!sign) return makeObject('commit', payload);
  const signature = sign(payload).trimEnd().split('\n').join('\n ');
  return makeObject('commit', Buffer.from(`${headers}\ngpgsig ${signature}\n\n${fields.message}`));
}

/** The moment in UTC, as GitHub's `DateTime`: `2026-01-31T09:00:00Z`. */
export const isoTime = (person: Person): string => new Date(person.seconds * 1000).toISOString().replace('.000Z', 'Z');

/** The moment with its own offset, as GitHub's `GitTimestamp`. */
export function gitTimestamp(person: Person): string {
  const [, sign = '+', hours = '00', minutes = '00'] = /^([+-])(\d\d)(\d\d)$/.exec(person.offset) ?? [];
  const shift = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60);
  if (shift === 0) return isoTime(person);
  return `${new Date((person.seconds + shift) * 1000).toISOString().slice(0, 19)}${sign}${hours}:${minutes}`;
}

/** The first line of a message, and what follows the blank line after it. */
export function splitMessage(message: string): { headline: string; body: string } {
  const cut = message.indexOf('\n');
  if (cut < 0) return { headline: message, body: '' };
  return { headline: message.slice(0, cut), body: message.slice(cut + 1).trim() };
}

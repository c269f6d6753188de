import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Decision, signDecision, verifyDecision } from '#shared/changes/decision.ts';
import { openSigningKey } from '#shared/changes/keys.ts';
import { type SealedBody, seal } from '#shared/changes/sealed.ts';
import { digest } from '#shared/crypto/canonical.ts';
import { alice, bob, type NotesKit, notesKit, workOnce } from '#test/fakes/notes-kit.ts';
import { leaves, withLeaf } from './paths.ts';

let kit: NotesKit;
let raw: Database.Database;
beforeEach(async () => {
  kit = await notesKit();
  kit.store.write('b', 'was here');
  raw = new Database(kit.ledgerPath);
  for (const name of raw.prepare("select name from sqlite_master where type = 'trigger'").pluck().all()) {
    raw.exec(`drop trigger "${name}"`);
  }
  raw.pragma('ignore_check_constraints = ON');
  raw.pragma('foreign_keys = OFF');
});
afterEach(async () => {
  raw.close();
  await kit.close();
});

const change = { a: 'a text that is long enough to be worth its keep', b: null };

const one = (sql: string, ...values: readonly unknown[]): Record<string, unknown> =>
  raw.prepare(sql).get(...values) as Record<string, unknown>;

/** Lets the executor try, and shows that it wrote nothing, whatever it made of the change. */
async function refusedFor(id: string, what: string, ends = ['revoked']): Promise<void> {
  kit.store.log.length = 0;
  await workOnce(kit.context);
  expect(
    kit.store.log.filter((call) => /^(open|put)/.test(call)),
    what,
  ).toEqual([]);
  expect(kit.store.writes('a'), what).toBe(0);
  expect(ends, what).toContain(await kit.status(id));
}

/** Puts one kept thing back to what it was, so that the next can be tried on the same change. */
function restorable(table: string, id: string, column: string): { set: (value: unknown) => void; back: () => void } {
  const key = table === 'changes' ? 'id' : 'change_id';
  const kept = one(`select ${column} as value from ${table} where ${key} = ?`, id)['value'];
  const set = (value: unknown) => raw.prepare(`update ${table} set ${column} = ? where ${key} = ?`).run(value, id);
  const back = (): void => {
    set(kept);
    raw.prepare("update changes set status = 'approved', lease_until = null, claimed_by = null where id = ?").run(id);
  };
  return { set, back };
}

describe('an approved change is not carried out when in its sealed body', () => {
  test('any one field says something else, under its old seal', async () => {
    const id = await kit.approved(change);
    const { set, back } = restorable('sealed', id, 'body');
    const body = JSON.parse(one('select body from sealed where change_id = ?', id)['body'] as string);
    const paths = leaves(body);
    expect(paths.length).toBeGreaterThan(40);
    for (const path of paths) {
      set(JSON.stringify(withLeaf(body, path)));
      await refusedFor(id, path.join('.'));
      back();
    }
  });

  test('any one field says something else, under a new seal that fits', async () => {
    const id = await kit.approved(change);
    const body = JSON.parse(one('select body from sealed where change_id = ?', id)['body'] as string);
    const texts = restorable('sealed', id, 'body');
    const seals = restorable('sealed', id, 'seal');
    let tried = 0;
    for (const path of leaves(body)) {
      const forged = sealOrNull(withLeaf(body, path));
      if (!forged) continue;
      tried += 1;
      texts.set(forged.text);
      seals.set(forged.seal);
      await refusedFor(id, path.join('.'));
      texts.back();
      seals.back();
    }
    expect(tried).toBeGreaterThan(30);
  });

  test('the text is other than canonical, though it means the same', async () => {
    const id = await kit.approved(change);
    const { set, back } = restorable('sealed', id, 'body');
    const text = one('select body from sealed where change_id = ?', id)['body'] as string;
    for (const other of [` ${text}`, `${text}\n`, text.replace('{', '{"plan":{},'), text.replace('"b"', '"\\u0062"')]) {
      set(other);
      await refusedFor(id, other.slice(0, 30));
      back();
    }
  });
});

function sealOrNull(body: unknown): { seal: string; text: string } | null {
  try {
    return seal(body as SealedBody);
  } catch {
    return null;
  }
}

describe('an approved change is not carried out when beside its sealed body', () => {
  test.each([
    ['changes', 'server', 'github'],
    ['changes', 'tool', 'other'],
    ['changes', 'agent', 'other'],
    ['changes', 'agent', null],
    ['changes', 'blueprint', 'other'],
    ['changes', 'blueprint', null],
    ['changes', 'requester', '{"kind":"person","issuer":"x","subject":"y"}'],
    ['changes', 'restores', '{"change_id":"x","choice":"overwrite","reason":""}'],
    ['changes', 'created_at', '2027-01-02T03:04:05.001Z'],
    ['changes', 'expires_at', '2099-01-01T00:00:00.000Z'],
    ['sealed', 'seal', 'a'.repeat(64)],
    ['sealed', 'snapshot', 'a'.repeat(64)],
    ['sealed', 'steps', 1],
    ['sealed', 'steps', 3],
    ['sealed', 'body', 'not json'],
    ['snapshots', 'digest', 'a'.repeat(64)],
    ['snapshots', 'body', '{"notes":[]}'],
    ['snapshots', 'phase', 'after'],
    ['decisions', 'verb', 'reject'],
  ])('%s.%s says %j', async (table, column, value) => {
    const id = await kit.approved(change);
    restorable(table, id, column).set(value);
    await refusedFor(id, column, ['revoked', 'approved']);
  });

  test.each([
    ['one more resource', "insert into touches (change_id, resource) values (?, 'note:z')"],
    ['one resource less', "delete from touches where change_id = ? and resource = 'note:a'"],
    ['another resource', "update touches set resource = 'note:z' where change_id = ? and resource = 'note:a'"],
  ])('it is put in order with other changes by %s', async (_, statement) => {
    const id = await kit.approved(change);
    raw.prepare(statement).run(id);
    await refusedFor(id, statement);
  });

  test('the snapshot is another, with a digest of its own that fits', async () => {
    const id = await kit.approved(change);
    const snapshot = JSON.parse(one('select body from snapshots where change_id = ?', id)['body'] as string);
    for (const path of leaves(snapshot)) {
      const body = withLeaf(snapshot, path);
      const [texts, digests] = [restorable('snapshots', id, 'body'), restorable('snapshots', id, 'digest')];
      texts.set(JSON.stringify(body));
      digests.set(digest(body));
      await refusedFor(id, path.join('.'));
      texts.back();
      digests.back();
    }
  });

  test.each(['raw', 'zstd'])('kept contents are other bytes (%s)', async (encoding) => {
    const id = await kit.approved({ a: encoding === 'raw' ? 'x' : 'long '.repeat(500), b: null });
    const rows = raw.prepare('select sha256, data, encoding from content_chunks').all() as {
      sha256: string;
      data: Buffer;
    }[];
    expect(rows.map((row) => (row as unknown as { encoding: string }).encoding)).toContain(encoding);
    for (const { sha256, data } of rows) {
      const other = Buffer.from(data);
      other.writeUInt8(other.readUInt8(other.length - 1) ^ 1, other.length - 1);
      raw.prepare('update content_chunks set data = ? where sha256 = ?').run(other, sha256);
      await refusedFor(id, sha256);
      raw.prepare('update content_chunks set data = ? where sha256 = ?').run(data, sha256);
      restorable('changes', id, 'note').back();
    }
  });

  test('a note is not written with other text when contents are exchanged whole', async () => {
    const id = await kit.approved(change);
    raw.prepare("update content_chunks set encoding = 'raw', data = ?").run(Buffer.from('something else'));
    await refusedFor(id, 'contents');
  });
});

describe('an approved change is not carried out when its decision', () => {
  const envelopeOf = (id: string): string =>
    one('select envelope from decisions where change_id = ?', id)['envelope'] as string;
  const put = (id: string, envelope: string) =>
    raw.prepare('update decisions set envelope = ? where change_id = ?').run(envelope, id);
  const statementOf = (id: string): Decision => verifyDecision(kit.context.keys(), envelopeOf(id));

  test('is altered in any one field', async () => {
    const id = await kit.approved(change);
    const envelope = JSON.parse(envelopeOf(id));
    const { back } = restorable('decisions', id, 'envelope');
    for (const path of leaves(envelope)) {
      put(id, JSON.stringify(withLeaf(envelope, path)));
      await refusedFor(id, path.join('.'));
      back();
    }
  });

  test('says something else under the old signature', async () => {
    const id = await kit.approved(change);
    const envelope = JSON.parse(envelopeOf(id));
    const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
    const { back } = restorable('decisions', id, 'envelope');
    for (const path of leaves(statement)) {
      const payload = Buffer.from(JSON.stringify(withLeaf(statement, path))).toString('base64');
      put(id, JSON.stringify({ ...envelope, payload }));
      await refusedFor(id, path.join('.'));
      back();
    }
  });

  test('is missing, unsigned, or no envelope at all', async () => {
    const id = await kit.approved(change);
    const envelope = JSON.parse(envelopeOf(id));
    const { back } = restorable('decisions', id, 'envelope');
    for (const other of [{}, { ...envelope, signatures: [] }, { ...envelope, payloadType: 'text/plain' }, null]) {
      put(id, JSON.stringify(other));
      await refusedFor(id, JSON.stringify(other).slice(0, 40));
      back();
    }
    raw.exec('delete from decisions');
    await refusedFor(id, 'missing');
  });

  test('is signed by another key, though under the name of ours', async () => {
    const id = await kit.approved(change);
    const { back } = restorable('decisions', id, 'envelope');
    const statement = statementOf(id);
    const other = openSigningKey(`${kit.dir}/other.pem`);
    for (const key of [other, { ...other, id: kit.key.id }]) {
      put(id, signDecision(key, statement));
      await refusedFor(id, key.id);
      back();
    }
  });

  test.each<[string, (said: Decision) => Partial<Decision>]>([
    ['is of the other verb', () => ({ verb: 'reject' })],
    ['is over another seal', ({ changes }) => ({ changes: changes.map((one) => ({ ...one, seal: 'f'.repeat(64) })) })],
    [
      'is of another change',
      ({ changes }) => ({ changes: changes.map((one) => ({ ...one, change_id: `chg_${'0'.repeat(26)}` })) }),
    ],
    ['is by somebody who may not decide', () => ({ approver: { issuer: 'https://elsewhere', subject: 'alice' } })],
  ])('%s, well signed', async (_what, other) => {
    const id = await kit.approved(change);
    put(id, signDecision(kit.key, { ...statementOf(id), ...other(statementOf(id)) }));
    await refusedFor(id, _what);
  });

  test('has expired, well signed', async () => {
    const id = await kit.approved(change);
    put(id, signDecision(kit.key, { ...statementOf(id), expires_at: kit.clock.now().toISOString() }));
    await refusedFor(id, 'expired', ['expired']);
  });

  test('was made for another change that is the same in everything', async () => {
    const first = await kit.approved(change);
    const old = envelopeOf(first);
    raw.prepare("update changes set status = 'stale' where id = ?").run(first);
    const { changeId: second } = await kit.propose(change);
    await kit.decide(second);
    put(second, old);
    await refusedFor(second, 'moved');
  });

  test('is one of two that the rule asks for, or twice of the same person', async () => {
    kit.blueprint = { ...kit.blueprint, review: { ...kit.blueprint.review, quorum: 2 as 1 } };
    const { changeId: id } = await kit.propose(change);
    expect(await kit.decide(id, 'approve', alice)).toBe('pending');
    const statement = statementOf(id);
    raw.prepare("update changes set status = 'approved' where id = ?").run(id);
    await refusedFor(id, 'one');
    raw
      .prepare(
        `insert into decisions (change_id, verb, issuer, subject, seal, decided_at, expires_at, envelope)
         select change_id, verb, issuer, 'bob', seal, decided_at, expires_at, envelope from decisions`,
      )
      .run();
    raw.prepare("update changes set status = 'approved' where id = ?").run(id);
    await refusedFor(id, 'twice');
    const second = signDecision(kit.key, { ...statement, approver: bob });
    raw.prepare("update decisions set envelope = ? where subject = 'bob'").run(second);
    raw.prepare("update changes set status = 'approved' where id = ?").run(id);
    kit.blueprints.set(kit.blueprint.name, kit.blueprint);
    await workOnce(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });
});

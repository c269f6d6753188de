import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decide } from '#shared/changes/decide.ts';
import { addPublicKey, currentSigningKey, readVerificationKeys, type SigningKey } from '#shared/changes/keys.ts';
import { earlierKeys, prepareKey, retireKey, rotateKey } from '#shared/changes/rotate-keys.ts';
import { endSignedBy, signedBy } from '#shared/changes/signed-by.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { alice, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';

let kit: NotesKit;
let key: SigningKey;
let files: { key: string; keys: string };
beforeEach(async () => {
  kit = await notesKit();
  files = { key: join(kit.dir, 'keys/decision.pem'), keys: join(kit.dir, 'keys/public.json') };
  key = currentSigningKey(files.key);
});
afterEach(() => kit.close());

const operator = { kind: 'person', issuer: 'countersign:local', subject: 'operator' } as const;
const end = (keyId: string) => endSignedBy(kit.ledger, { keyId, at: kit.clock.now().toISOString(), actor: operator });
const known = () => [...readVerificationKeys(files.keys).keys()];

async function approve(text: string, id = 'a'): Promise<string> {
  const { changeId } = await kit.propose({ [id]: text });
  const seal = (await findSealed(kit.ledger.db, changeId))?.seal ?? '';
  const input = { changes: [{ changeId, seal }], verb: 'approve', approver: alice, reason: '' } as const;
  await decide({ ledger: kit.ledger, key, now: kit.clock.now }, input);
  return changeId;
}

test('a new key signs at once where the file is read, and what the old one signed is carried out too', async () => {
  const before = await approve('one');
  const { from, to } = rotateKey(files);
  expect([from, key.id]).toEqual([kit.key.id, to]);
  expect(statSync(files.key).mode & 0o777).toBe(0o600);
  expect(known()).toEqual([from, to]);
  const after = await approve('two', 'b');
  expect(await signedBy(kit.ledger.db, from)).toEqual([{ change_id: before, status: 'approved' }]);
  expect(await signedBy(kit.ledger.db, to)).toEqual([{ change_id: after, status: 'approved' }]);
  await workAll(kit.context);
  expect([await kit.status(before), await kit.status(after)]).toEqual(['applied', 'applied']);
  expect(await end(from)).toEqual([]);
  retireKey(files, from);
  expect(known()).toEqual([to]);
  expect([...earlierKeys(files.keys).keys()]).toEqual([from]);
});

test('a key can be given to executors before it signs', async () => {
  const prepared = prepareKey(files);
  expect(prepareKey(files)).toBe(prepared);
  expect(known()).toEqual([kit.key.id, prepared]);
  expect(key.id).toBe(kit.key.id);
  expect(statSync(`${files.key}.next`).mode & 0o777).toBe(0o600);
  expect(rotateKey(files)).toEqual({ from: kit.key.id, to: prepared });
  expect([key.id, existsSync(`${files.key}.next`)]).toEqual([prepared, false]);
});

test('a start adds its key to those that are taken, and takes none away', () => {
  const { from, to } = rotateKey(files);
  addPublicKey(files.keys, currentSigningKey(files.key));
  expect(known()).toEqual([from, to]);
});

test('a key is not retired while it signs, twice, or while something is under way under it', async () => {
  expect(() => retireKey(files, key.id)).toThrow('is the one that signs');
  expect(() => retireKey(files, 'f'.repeat(32))).toThrow('know no key');
  const id = await approve('one');
  const { from } = rotateKey(files);
  kit.store.fail('put', 'fail_before');
  await workAll(kit.context, 1);
  expect(await kit.status(id)).toBe('unknown');
  await expect(end(from)).rejects.toMatchObject({ code: 'wrong_state', message: expect.stringContaining(id) });
  expect(known()).toContain(from);
});

test('by force, what was approved under a key is revoked on record, and nothing of it is written', async () => {
  const id = await approve('one');
  const { from } = rotateKey(files);
  expect(await end(from)).toEqual([{ change_id: id, status: 'approved' }]);
  retireKey(files, from);
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('revoked');
  expect(kit.store.writes('a')).toBe(0);
});

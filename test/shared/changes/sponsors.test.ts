import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { assertSponsorsKnown, sponsorAges } from '#shared/changes/sponsors.ts';
import { AppError } from '#shared/errors.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { alice, type NotesKit, notesBlueprint, notesKit, workAll, workOnce } from '#test/fakes/notes-kit.ts';
import { noteSponsors } from '#test/fakes/sponsors.ts';

const question = 'alice notebook';
const ask = [{ note: 'a' }, { note: 'b' }];
const outage = (): never => {
  throw new AppError('backend_unavailable', 'It does not answer.');
};

describe('what a backend says of a sponsor', () => {
  const blueprint = notesBlueprint(['a']);

  test('counts for a minute, and not a moment longer', async () => {
    const { sponsors, asked, pass, levels } = noteSponsors();
    await sponsors.assert(blueprint, ask, sponsorAges.call);
    levels.set(question, 'read');
    pass(59_999);
    await sponsors.assert(blueprint, ask, sponsorAges.call);
    expect(asked).toEqual([question]);
    pass(1);
    await expect(sponsors.assert(blueprint, ask, sponsorAges.call)).rejects.toMatchObject({ code: 'not_permitted' });
    expect(asked).toEqual([question, question]);
  });

  test('is asked for once by those who come together, and anew by those who must not rely on it', async () => {
    const { sponsors, asked } = noteSponsors();
    const assert = (age: number) => sponsors.assert(blueprint, ask, age);
    await Promise.all([assert(sponsorAges.call), assert(sponsorAges.call)]);
    expect(asked).toHaveLength(1);
    await assert(sponsorAges.dispatch);
    await assert(sponsorAges.step);
    expect(asked).toHaveLength(2);
  });

  test('is not kept when it was no answer, and lets nothing through', async () => {
    const { sponsors, levels } = noteSponsors();
    levels.set(question, outage);
    await expect(sponsors.assert(blueprint, ask, sponsorAges.call)).rejects.toMatchObject({
      code: 'backend_unavailable',
    });
    levels.delete(question);
    await sponsors.assert(blueprint, ask, sponsorAges.call);
  });

  test('is not asked for where nothing is wanted', async () => {
    const { sponsors, asked } = noteSponsors();
    await sponsors.assert(blueprint, [], sponsorAges.call);
    expect(asked).toEqual([]);
  });

  test('is told apart for different sponsors', async () => {
    const { sponsors, levels } = noteSponsors();
    levels.set('bob notebook', 'none');
    await sponsors.assert(blueprint, ask, sponsorAges.call);
    const bobs: Blueprint = { ...blueprint, sponsor: 'bob' };
    await expect(sponsors.assert(bobs, ask, sponsorAges.call)).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('a server does not start with blueprints whose sponsors have no account, and names each', () => {
  const { sponsors, strangers } = noteSponsors();
  const [known, meant] = [notesBlueprint(['a']), notesBlueprint(['a'], 'sponsor_access: unverified')];
  const stranger = { ...known, sponsor: 'mallory' };
  strangers.add('mallory');
  assertSponsorsKnown(sponsors, [known, { ...meant, sponsor: 'mallory' }]);
  const start = () => assertSponsorsKnown(sponsors, [known, stranger, { ...stranger, source: 'b.yaml' }]);
  expect(start).toThrow(/^notes.yaml: sponsor: .*"mallory".*\nb.yaml: sponsor: /);
  expect(start).toThrow(expect.objectContaining({ code: 'bad_configuration' }));
});

describe('a change', () => {
  let kit: NotesKit;
  beforeEach(async () => {
    kit = await notesKit();
  });
  afterEach(() => kit.close());
  const noteOf = async (id: string) => (await findChange(kit.ledger.db, id))?.note;
  const bodyOf = async (id: string) => unseal((await findSealed(kit.ledger.db, id)) ?? { seal: '', body: '' }).body;
  const wrote = () => kit.store.log.filter((call) => /^(open|put)/.test(call));
  const unverified = () => notesBlueprint(['a', 'b', 'c'], 'sponsor_access: unverified');
  const useNow = (blueprint: Blueprint): void => {
    kit.blueprint = blueprint;
    kit.blueprints.set(blueprint.name, blueprint);
  };

  test('is not proposed where the sponsor may only read, and the backend is asked nothing else', async () => {
    kit.permissions.levels.set(question, 'read');
    await expect(kit.propose({ a: 'one' })).rejects.toMatchObject({
      code: 'not_permitted',
      message: expect.stringMatching(/"alice" may not write there, only read/),
    });
    expect(kit.store.log).toEqual([]);
  });

  test('is not proposed where the sponsor sees nothing: it is as if nothing were there', async () => {
    kit.permissions.levels.set(question, 'none');
    await expect(kit.propose({ a: 'one' })).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no such thing.',
    });
    expect(kit.store.log).toEqual([]);
  });

  test('is not proposed while nobody can say what the sponsor may do', async () => {
    kit.permissions.levels.set(question, outage);
    await expect(kit.propose({ a: 'one' })).rejects.toMatchObject({ code: 'backend_unavailable' });
  });

  test('is revoked, with nothing opened, when its sponsor lost the permission after it was approved', async () => {
    const id = await kit.approved({ a: 'one' });
    kit.permissions.levels.set(question, 'read');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('revoked');
    expect(await noteOf(id)).toMatch(/"alice" may not write/);
    expect(wrote()).toEqual([]);
  });

  test('waits while nobody can say what its sponsor may do, and goes on later', async () => {
    const id = await kit.approved({ a: 'one' });
    kit.permissions.levels.set(question, outage);
    expect(await workOnce(kit.context)).toMatchObject([{ id, result: { later: expect.any(String) } }]);
    expect(await kit.status(id)).toBe('approved');
    kit.permissions.levels.delete(question);
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });

  test('stops before its next step when its sponsor lost the permission in between', async () => {
    const id = await kit.approved({ a: 'one', b: 'two' });
    kit.store.intercept = (call, moment) => {
      if (call !== 'put a 0' || moment !== 'after') return;
      kit.permissions.levels.set(question, 'none');
      kit.permissions.pass(sponsorAges.step);
    };
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('partial');
    expect([kit.store.get('a').text, kit.store.get('b').text]).toEqual(['one', null]);
  });

  test('asks the backend twice for any number of steps: when it is proposed, and when it is dispatched', async () => {
    const id = await kit.approved({ a: 'one', b: 'two', c: 'three' });
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
    expect(kit.permissions.asked).toEqual([question, question]);
  });

  test('of a sponsor without an account says so in its seal, where the blueprint does', async () => {
    kit.permissions.strangers.add('alice');
    await expect(kit.propose({ a: 'one' })).rejects.toMatchObject({ code: 'not_permitted' });
    useNow(unverified());
    const id = await kit.approved({ a: 'one' });
    expect(await bodyOf(id)).toMatchObject({ sponsor_access: 'unverified' });
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
    expect(kit.permissions.asked).toEqual([]);
  });

  test('is held against its sponsor where that can be told, whatever the blueprint says', async () => {
    useNow(unverified());
    const { changeId } = await kit.propose({ a: 'one' });
    expect(await bodyOf(changeId)).not.toHaveProperty('sponsor_access');
    kit.permissions.levels.set(question, 'read');
    kit.permissions.pass(sponsorAges.call);
    await expect(kit.propose({ b: 'two' })).rejects.toMatchObject({ code: 'not_permitted' });
  });

  test('that was approved as held against its sponsor is not carried out when it no longer is', async () => {
    const id = await kit.approved({ a: 'one' });
    useNow({ ...unverified(), digest: kit.blueprint.digest });
    kit.permissions.strangers.add('alice');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('revoked');
    expect(await noteOf(id)).toMatch(/can no longer be told/);
    expect(wrote()).toEqual([]);
  });

  test('that its agent wants undone needs its sponsor’s permission; a person’s restore does not', async () => {
    const id = await kit.approved({ a: 'one' });
    await workAll(kit.context);
    kit.permissions.levels.set(question, 'none');
    kit.permissions.pass(sponsorAges.call);
    const wanted = { change_id: id, choice: 'refuse', reason: 'a mistake' } as const;
    const agents = await requestRestore(kit.context, { blueprint: kit.blueprint }, wanted);
    await workAll(kit.context);
    expect([await kit.status(agents), await noteOf(agents)]).toEqual(['failed', 'There is no such thing.']);
    const persons = await requestRestore(kit.context, { person: alice }, wanted);
    await workAll(kit.context);
    await kit.decide(persons);
    await workAll(kit.context);
    expect([await kit.status(persons), kit.store.get('a').text]).toEqual(['applied', null]);
  });
});

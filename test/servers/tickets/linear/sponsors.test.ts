import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import { describeLinear } from '#test/fakes/linear/describe.ts';
import { type LinearPlace, openPlace } from './place.ts';

describeLinear('what sponsors may do on Linear', () => {
  let place: LinearPlace;
  beforeAll(async () => {
    place = await openPlace();
  });
  afterAll(() => place.close());

  test('is what their teams tell: whoever sees a team writes to it, unless it was retired', async () => {
    const { fake, alice, bob, backend } = place;
    const { workspace } = fake;
    const hidden = workspace.team('HID', { visibility: 'private' });
    const old = workspace.team('OLD', { retiredAt: '2026-01-01T00:00:00.000Z' });
    for (const { id } of [hidden, old]) alice.teams.add(id);
    // The account of this server has to see the team too.
    place.app.teams.add(hidden.id);
    const guest = workspace.user('Gina', { guest: true, teams: new Set([place.ops.id]) });
    const left = workspace.user('Left', { active: false, teams: new Set([place.web.id]) });
    const { levelOf } = backend.sponsorAccess(() => null);
    const levels = async (account: string) =>
      Promise.all(['WEB', 'OPS', 'HID', 'OLD', 'NONE'].map((key) => levelOf(account, key)));
    expect(await levels(alice.email.toUpperCase())).toEqual(['write', 'write', 'write', 'read', 'none']);
    expect(await levels(bob.id)).toEqual(['write', 'write', 'none', 'read', 'none']);
    expect(await levels(guest.id)).toEqual(['none', 'write', 'none', 'none', 'none']);
    for (const nobody of [left.id, 'nobody@acme.example', crypto.randomUUID()])
      expect(new Set(await levels(nobody))).toEqual(new Set(['none']));
  });

  test('goes by the project of an ask, and answers what is not theirs as what is not there', () => {
    const access = place.backend.sponsorAccess((sponsor) => (sponsor === 'alice' ? place.alice.email : null));
    expect(access.accountOf('alice')).toBe(place.alice.email);
    expect(access.about({ want: 'write', project: 'WEB' })).toEqual({ thing: 'WEB', wants: 'write' });
    const cause = new AppError('not_permitted', 'may not');
    expect(access.absent(cause)).toMatchObject({ code: 'not_found', cause });
  });
});

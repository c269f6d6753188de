import { describe, expect, test } from 'vitest';
import { setMember } from '#servers/tickets/embedded/people/projects.ts';
import { everything, newTracker, refused, seed } from './tracker.ts';

const demo = () => newTracker({ fill: seed });

describe('what this account may not see', () => {
  test('is as what is not there', async () => {
    const { reader, tracker, as, ticket } = demo();
    as('alice').link('WEB-12', 'relates to', 'SEC-1');
    const [finding, before] = [await ticket('SEC-1'), await ticket('WEB-12')];
    expect(before.links.map(({ other }) => other.key)).toContain('SEC-1');
    tracker.run("delete from member where person = 1 and project = (select id from project where key = 'SEC')");
    expect(await reader.project('SEC')).toBeNull();
    expect(await reader.ticket('SEC-1')).toBeNull();
    expect(await reader.ticketById(finding.id)).toBeNull();
    expect(await reader.comments(finding, { limit: 5 })).toEqual({ items: [], cursor: null });
    expect(await reader.history(finding, { limit: 5 })).toEqual({ items: [], cursor: null });
    expect(await reader.transitions(finding)).toEqual([]);
    expect((await reader.search({ ...everything, projects: ['SEC'] }, { limit: 5 })).items).toEqual([]);
    expect((await ticket('WEB-12')).links.map(({ other }) => other.key)).not.toContain('SEC-1');
  });

  test('or may only read, is not written', async () => {
    const { tracker, ticket, write } = demo();
    setMember(tracker, 'WEB', { login: 'countersign', standing: 'app', access: 'read' });
    const writing = write({ kind: 'archive', ticket: await ticket('WEB-12') });
    await expect(writing).rejects.toMatchObject({ ...refused, message: expect.stringContaining('only read') });
  });

  test.each(['', '0', '-1', '1e3', '99999999999999999999', '1; drop table ticket', 'WEB-12'])(
    'no id such as %j leads anywhere',
    async (id) => {
      const { reader, ticket } = demo();
      expect(await reader.ticketById(id)).toBeNull();
      expect(await reader.comment(await ticket('WEB-12'), id)).toBeNull();
    },
  );
});

describe('somebody to assign a ticket to', () => {
  test.each([
    ['an id', '3', 'Bob Lindqvist'],
    ['a user name', 'BOB', 'Bob Lindqvist'],
    ['an e-mail address', 'bob@acme.example', 'Bob Lindqvist'],
    ['a full name', 'bob lindqvist', 'Bob Lindqvist'],
    ['this account', 'countersign', 'Countersign'],
  ])('is found by %s', async (_what, who, name) => {
    const { reader, ticket } = demo();
    expect(await reader.assignable((await ticket('WEB-12')).project, who)).toMatchObject({ name });
  });

  test.each([
    ['a customer', 'HELP-1', 'mina'],
    ['one who may only read', 'WEB-12', 'tomas'],
    ['one of another project', 'HELP-1', 'bob'],
    ['nobody', 'WEB-12', 'nobody'],
    ['a part of a name', 'WEB-12', 'Bob'.slice(0, 2)],
  ])('is not %s', async (_what, key, who) => {
    const { reader, ticket } = demo();
    expect(await reader.assignable((await ticket(key)).project, who)).toBeNull();
  });

  test('is not one of two of the same name', async () => {
    const { reader, ticket, tracker } = demo();
    tracker.run("insert into person (login, name, email, app) values ('bob2', 'Bob Lindqvist', null, 0)");
    setMember(tracker, 'WEB', { login: 'bob2', standing: 'member', access: 'write' });
    expect(await reader.assignable((await ticket('WEB-12')).project, 'Bob Lindqvist')).toBeNull();
    expect(await reader.assignable((await ticket('WEB-12')).project, 'bob2')).not.toBeNull();
  });
});

describe('sponsors', () => {
  test.each([
    ['alice', 'SEC', 'write'],
    ['OPERATOR', 'WEB', 'write'],
    ['operator', 'SEC', 'none'],
    ['tomas', 'WEB', 'read'],
    ['mina', 'HELP', 'none'],
    ['nobody', 'WEB', 'none'],
    ['alice', 'NONE', 'none'],
  ])('%s may do with %s: %s', async (account, project, level) => {
    const access = demo().sponsorAccess((sponsor) => sponsor);
    expect(await access.levelOf(account, project)).toBe(level);
    expect(access.about({ want: 'write', project })).toEqual({ thing: project, wants: 'write' });
  });
});

describe('the doctor', () => {
  test('says of each project what can be done there', async () => {
    const { examine, tracker, origin } = demo();
    setMember(tracker, 'SEC', { login: 'countersign', standing: 'app', access: 'read' });
    tracker.run("update project set archived = 1 where key = 'HELP'");
    const { reached, backend, findings } = await examine(['WEB', 'HELP', 'SEC', 'NONE']);
    expect({ reached, backend }).toEqual({ reached: true, backend: origin });
    expect(findings.map(({ about, verdict }) => [about, verdict])).toEqual([
      ['tracker', 'ok'],
      ['WEB', 'ok'],
      ['HELP', 'advice'],
      ['SEC', 'advice'],
      ['NONE', 'wrong'],
    ]);
  });

  test('says when the file cannot be used, and does not fail', async () => {
    const { examine, tracker } = demo();
    tracker.run('drop table member');
    expect(await examine(['WEB'])).toMatchObject({ reached: false, findings: [{ verdict: 'wrong' }] });
  });
});

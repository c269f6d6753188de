import { describe, expect, test } from 'vitest';
import { BlueprintErrors } from '#shared/blueprints/problems.ts';
import { loadPeople, parsePeople } from '#shared/people/load.ts';
import { entryOfOwner } from '#shared/people/owners.ts';
import { passkeysInUse, personOf } from '#shared/people/people.ts';

const good = `
people:
  alice:
    sign_in:
      - { issuer: https://id.example/, subject: "00u1" }
      - { issuer: https://cloud.google.com/iap, subject: "accounts.google.com:1" }
    accounts: { github: alice-hub }
    groups: [platform, leads, platform]
  bob:
    sign_in: [{ issuer: https://id.example/, subject: "00u2" }]
`;

const parse = (text: string) => parsePeople({ text, source: 'people.yaml' });

function problemsOf(text: string): string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof BlueprintErrors)) throw error;
    return error.message.split('\n');
  }
}

describe('people.yaml', () => {
  test('says who signs in how, with which accounts and groups', () => {
    const people = parse(good);
    expect([...people.all.keys()]).toEqual(['alice', 'bob']);
    expect(personOf(people, { issuer: 'https://id.example/', subject: '00u1' })).toEqual({
      key: 'alice',
      signIn: [
        { issuer: 'https://id.example/', subject: '00u1' },
        { issuer: 'https://cloud.google.com/iap', subject: 'accounts.google.com:1' },
      ],
      accounts: { github: 'alice-hub' },
      groups: ['platform', 'leads'],
      passkeys: [],
    });
  });

  test.each([
    ['another issuer', { issuer: 'https://other.example/', subject: '00u1' }],
    ['an issuer without its last slash', { issuer: 'https://id.example', subject: '00u1' }],
    ['another spelling', { issuer: 'https://id.example/', subject: '00U1' }],
    ['their key', { issuer: 'https://id.example/', subject: 'alice' }],
  ])('takes nobody for a person by %s', (_what, identity) => {
    expect(personOf(parse(good), identity)).toBe(null);
  });

  test('is refused when it is empty, each time with a place', () => {
    expect(problemsOf('')).toEqual(['people.yaml:1:1: There is nobody in this file.']);
    expect(problemsOf('# nobody\n')).toEqual(['people.yaml:1:1: There is nobody in this file.']);
    expect(problemsOf('people: {}\n')).toEqual(['people.yaml:1:9: people: At least one person must be named.']);
    expect(problemsOf('people:\n')).toEqual([
      expect.stringMatching(/^people\.yaml:1:\d+: people: This must be a mapping/),
    ]);
  });

  test('tells every problem at once, with line and column', () => {
    const text = `people:
  alice:
    sign_in: [{ issuer: http://id.example, subject: "" }]
    acounts: { github: alice }
    groups: platform
  bob: { sign_in: [] }
  "": { sign_in: [{ issuer: https://id.example, subject: x, email: x@y }] }
peple: {}
`;
    const problems = problemsOf(text);
    expect(problems).toHaveLength(7);
    const about = (start: string) => problems.find((problem) => problem.startsWith(`people.yaml:${start}`));
    expect(about('3:25: people.alice.sign_in[0].issuer')).toContain('This is an issuer');
    expect(about('3:53: people.alice.sign_in[0].subject')).toContain('at least 1 character');
    expect(about('4:5: people.alice.acounts')).toContain('Did you mean "accounts"?');
    expect(about('5:13: people.alice.groups')).toContain('must be a list');
    expect(about('6:19: people.bob.sign_in')).toContain('at least 1 entry');
    expect(about('7:7: people[""]')).toContain('This is a name');
    expect(about('8:1: peple')).toContain('Did you mean "people"?');
  });

  test('gives one identity, account or name to one person, and says who has it at the later one', () => {
    const text = `people:
  alice:
    sign_in: [{ issuer: https://id.example, subject: "1" }]
    accounts: { github: al }
  bob:
    sign_in: [{ issuer: https://id.example, subject: "2" }, { issuer: https://id.example, subject: "1" }]
    accounts: { github: AL }
  Alice:
    sign_in: [{ issuer: https://id.example, subject: "3" }]
`;
    expect(problemsOf(text)).toEqual([
      'people.yaml:6:61: people.bob.sign_in[1]: This is how "alice" signs in: one identity is one person.',
      'people.yaml:7:25: people.bob.accounts.github: This is the account of "alice": one account is one person.',
      'people.yaml:9:5: people.Alice: This differs from "alice" in small and capital letters only.',
    ]);
  });

  test('says who people are in trackers and where pages are, each account of one person', () => {
    const elsewhere = 'knowledge: alice, notion: 6f1a3c0e-0000-0000-0000-00000000000a, confluence: "712020:5b10"';
    const inTrackers = `accounts: { tickets: alice, jira: "712020:5b10", linear: alice@acme.example, ${elsewhere} }`;
    const people = parse(good.replace('accounts: { github: alice-hub }', inTrackers));
    expect(people.all.get('alice')?.accounts).toEqual({
      tickets: 'alice',
      jira: '712020:5b10',
      linear: 'alice@acme.example',
      knowledge: 'alice',
      notion: '6f1a3c0e-0000-0000-0000-00000000000a',
      confluence: '712020:5b10',
    });
    const wrong = `${good.trimEnd()}
    accounts: { tickets: Bob B, jira: "b b", linear: bob, knowledge: Bob, notion: bob, confluence: "b b" }
`;
    const problems = problemsOf(wrong).join('\n');
    for (const backend of ['tickets', 'jira', 'linear', 'knowledge', 'notion', 'confluence'])
      expect(problems).toContain(`people.bob.accounts.${backend}: This is`);
    const twice = good.replace('accounts: { github: alice-hub }', 'accounts: { jira: a }').trimEnd();
    expect(problemsOf(`${twice}\n    accounts: { jira: a }\n`)).toEqual([
      expect.stringContaining('people.bob.accounts.jira: This is the account of "alice": one account is one person.'),
    ]);
  });

  test('maps teams of GitHub to groups, and tells who an owner of files is', () => {
    const people = parse(`${good}teams: { Acme/Platform: platform, acme/cloud: "Cloud people" }\n`);
    const entries = ['@Alice-Hub', '@acme/PLATFORM', '@acme/cloud', '@acme/other', '@eve', '@bob', 'alice@example.com'];
    expect(entries.map((owner) => entryOfOwner(owner, people))).toEqual([
      'person:alice',
      'group:platform',
      'group:Cloud people',
      ...[null, null, null, null],
    ]);
    expect(problemsOf(`${good}teams: { "@acme/a": a, acme/b: "", acme/c: c, Acme/C: c }\n`)).toEqual([
      expect.stringContaining('This is a team of GitHub: org/team, without an @.'),
      expect.stringContaining('teams["acme/b"]'),
    ]);
    expect(problemsOf(`${good}teams: { acme/c: c, Acme/C: d }\n`)).toEqual([
      expect.stringContaining('This team is given twice, in small and capital letters.'),
    ]);
  });

  test('has no anchors, tags, double keys or hidden characters', () => {
    expect(problemsOf(`${good}  alice: { sign_in: [{ issuer: https://a.example, subject: x }] }\n`)).toHaveLength(1);
    expect(problemsOf(good.replace('bob:', 'bob: &b')).length).toBeGreaterThan(0);
    expect(problemsOf(good.replace('alice-hub', 'alice\u200bhub')).join()).toContain('cannot be seen');
  });

  test('names passkeys, each of one person, of an address where browsers have them, and those that were retired', () => {
    const key = Buffer.concat([Buffer.from([0xa5]), Buffer.alloc(76)]).toString('base64url');
    const passkeys = (...lines: string[]) => `${good}    passkeys:\n${lines.map((one) => `      - ${one}\n`).join('')}`;
    const of = (id: string, more = '', at = 'https://console.example') =>
      `{ id: ${id}, public_key: ${key}, origin: "${at}"${more} }`;
    const both = passkeys(of('AAAA', ', name: Laptop, added: 2027-01-02'), of('BBBB', ', retired: 2027-01-03'));
    const bob = parse(both).all.get('bob') ?? expect.fail('no bob');
    const known = { publicKey: key, origin: 'https://console.example' };
    expect(bob.passkeys).toEqual([
      { ...known, id: 'AAAA', name: 'Laptop', isRetired: false },
      { ...known, id: 'BBBB', isRetired: true },
    ]);
    expect(passkeysInUse(bob).map(({ id }) => id)).toEqual(['AAAA']);
    expect(problemsOf(passkeys(of('AAAA'), of('AAAA')))).toEqual([
      'people.yaml:13:9: people.bob.passkeys[1]: This passkey is of "bob" already.',
    ]);
    const places = ['http://console.example', 'https://10.0.0.1', 'http://127.0.0.1:7200', 'https://console.example/'];
    for (const place of places) expect(problemsOf(passkeys(of('AAAA', '', place))).join()).toContain('the address of');
    expect(problemsOf(passkeys(of('AAAA', '', 'http://localhost:7200')))).toEqual([]);
    expect(problemsOf(passkeys(of('AAAA').replace(key, 'AAAA'))).join()).toContain('no whole public key');
  });

  test('that is not there is one problem', () => {
    expect(() => loadPeople('/nowhere/people.yaml')).toThrow('There is no such file');
  });
});

import { describe, expect, test } from 'vitest';
import { full, minimal, parse, problems } from './fixture.ts';

/** One change to a good blueprint, and all that must then be said. */
type Case = readonly [what: string, from: string, to: string, said: readonly string[]];

const noKey = 'There is no such key.';
const later = 'This is not supported by this version yet.';
const topKeys =
  'blueprint, goal, agent, sponsor, sponsor_access, delegation, callers, capabilities, review, limits, log';

const cases: readonly Case[] = [
  ['an unknown key', 'goal:', 'purpose: x\ngoal:', [`2:1: purpose: There is no such key; there are ${topKeys}.`]],
  ['a misspelt key', 'log:', 'logs:', [`19:1: logs: ${noKey} Did you mean "log"?`]],
  [
    'a misspelt needed key',
    'sponsor:',
    'sponser:',
    ['1:1: sponsor: This is missing.', `4:1: sponser: ${noKey} Did you mean "sponsor"?`],
  ],
  [
    'a name with capitals',
    'shelf-keeper',
    'Shelf',
    ['1:12: blueprint: A name has small letters a to z, digits and hyphens.'],
  ],
  [
    'a name that is too long',
    'shelf-keeper',
    'x'.repeat(65),
    ['1:12: blueprint: This must have at most 64 characters.'],
  ],
  ['a name that is a number', 'shelf-keeper', '12', ['1:12: blueprint: This must be text; put it in quotes.']],
  ['an empty goal', 'Keep the shelves in order.', '', ['2:7: goal: This must be text, and is empty.']],
  ['a blank goal', 'Keep the shelves in order.', '" "', ['2:7: goal: This must say something.']],
  [
    'an agent of two lines',
    'shelf-bot',
    '"a\\nb"',
    ['3:8: agent: This is a name: letters and digits, with . _ @ + : - or a space between.'],
  ],
  [
    'an agent in look-alike form',
    'shelf-bot',
    'ｂot',
    ['3:8: agent: Write this name in its plain form (Unicode NFKC).'],
  ],
  [
    'a day that is not one',
    '2027-03-31',
    '2027-02-30',
    ['5:57: delegation.expires: This must be a day, such as 2027-03-31.'],
  ],
  ['a delegation without a reason', 'reason: OPS-12, ', '', ['5:1: delegation.reason: This is missing.']],
  [
    'a host name as listener',
    '127.0.0.1',
    'localhost',
    ['7:15: callers[0].listener: This must be an IP address, such as 127.0.0.1.'],
  ],
  [
    'a wildcard listener',
    '127.0.0.1',
    '0.0.0.0',
    ['7:15: callers[0].listener: This means every address of the machine; name the one that the agent calls.'],
  ],
  [
    'a mapped listener',
    '127.0.0.1',
    '"::ffff:127.0.0.1"',
    ['7:15: callers[0].listener: This is an IPv4 address in IPv6 spelling; write it as IPv4.'],
  ],
  [
    'a listener with a zone',
    '127.0.0.1',
    '"fe80::1%eth0"',
    ['7:15: callers[0].listener: This must be an IP address, such as 127.0.0.1.'],
  ],
  [
    'a listener twice',
    '127.0.0.1\n',
    "'::1'\n  - listener: '0:0::1'\n",
    ['8:15: callers[1].listener: This listener is given twice.'],
  ],
  [
    'another kind of caller',
    'listener: 127.0.0.1',
    'oidc: {}',
    ['7:5: callers[0].listener: This is missing.', `7:5: callers[0].oidc: ${later}`],
  ],
  [
    'no caller',
    '\n  - listener: 127.0.0.1',
    ' []',
    ['6:10: callers: At least one listener is needed, or no agent could reach this.'],
  ],
  [
    'a misspelt capability',
    'shelf-read',
    'shelf-raed',
    [`9:3: capabilities.shelf-raed: ${noKey} Did you mean "shelf-read"?`],
  ],
  [
    'a capability of a later version',
    'shelf-read: { shelves: [a, b], depth: all }',
    'ticket-read: {}',
    [`9:3: capabilities.ticket-read: ${later}`],
  ],
  [
    'a capability without scope',
    '{ tools: [get_change] }',
    '',
    ['15:17: capabilities.change-queue: This must be a mapping of keys, and there is none; write {} for an empty one.'],
  ],
  [
    'a misspelt scope',
    'max_books',
    'max_book',
    [`13:5: capabilities.shelf-write.max_book: ${noKey} Did you mean "max_books"?`],
  ],
  [
    'a misspelt scope further in',
    'deny:',
    'denny:',
    [`12:34: capabilities.shelf-write.paths.denny: ${noKey} Did you mean "deny"?`],
  ],
  [
    'a scope that the capability refuses',
    'shelves: [a]\n',
    'shelves: ["**"]\n',
    ['11:14: capabilities.shelf-write.shelves: Every shelf is too much.'],
  ],
  [
    'an empty list',
    'shelves: [a, b]',
    'shelves: []',
    ['9:26: capabilities.shelf-read.shelves: This must have at least 1 entry.'],
  ],
  ['one for a list', 'shelves: [a, b]', 'shelves: a', ['9:26: capabilities.shelf-read.shelves: This must be a list.']],
  [
    'a value of no kind of a union',
    'depth: all',
    'depth: {}',
    ['9:41: capabilities.shelf-read.depth: This must be a number. Or: This must be "all".'],
  ],
  [
    'a number as text',
    'max_books: 5',
    'max_books: "5"',
    ['13:16: capabilities.shelf-write.max_books: This must be a number.'],
  ],
  [
    'a misspelt tool',
    'propose_books',
    'propose_book',
    [
      '14:13: capabilities.shelf-write.tools[0]: This must be one of "propose_books", "remove_books". Did you mean "propose_books"?',
    ],
  ],
  [
    "another capability's tool",
    'propose_books',
    'get_shelf',
    ['14:13: capabilities.shelf-write.tools[0]: This must be one of "propose_books", "remove_books".'],
  ],
  [
    'no tool',
    '[propose_books]',
    '[]',
    ['14:12: capabilities.shelf-write.tools: To grant no tool, leave the capability out.'],
  ],
  [
    'a quorum that one person alone cannot be',
    'quorum: 1',
    'quorum: 2',
    [
      '17:35: review.default.quorum: Who signs in at this machine’s console is one person: for more than 1, name groups or people.',
    ],
  ],
  [
    'a quorum of more than are named',
    '[local], quorum: 1',
    '["person:bob", "person:eve", "person:bob"], quorum: 3',
    ['17:70: review.default.quorum: Only 2 can ever approve.'],
  ],
  [
    'an approver of no kind',
    '[local]',
    '[platform]',
    [
      '17:19: review.default.by[0]: This must be local (who is signed in at this machine’s console), codeowners, github_review, group:NAME or person:KEY.',
    ],
  ],
  ['a group without a name', '[local]', '["group:"]', ['17:19: review.default.by[0]: There is no group of this name.']],
  ['nobody to approve', '[local]', '[]', ['17:18: review.default.by: Somebody has to decide: name who.']],
  [
    'an exclusion of nobody in particular',
    'quorum: 1',
    'exclude: [boss]',
    ['17:37: review.default.exclude[0]: This must be "sponsor".'],
  ],
  [
    'code owners who are told later on',
    'review:',
    'review:\n  rules: [{ flags: none, escalate: { after: 1h, to: [codeowners] } }]',
    ['17:54: review.rules[0].escalate.to[0]: Code owners are others for each change: name groups or people.'],
  ],
  [
    'a rule about who can see what is nobody',
    'review:',
    'review:\n  rules: [{ visibility: [secret] }]',
    ['17:26: review.rules[0].visibility[0]: This must be one of "public", "internal", "private".'],
  ],
  [
    'a misspelt condition of a rule',
    'review:',
    'review:\n  rules: [{ tolls: [propose_books] }]',
    ['17:13: review.rules[0].tolls: There is no such key. Did you mean "tools"?'],
  ],
  [
    'a rule about a tool that does not exist',
    'review:',
    'review:\n  rules: [{ tools: [propose_boks] }]',
    [
      '17:21: review.rules[0].tools[0]: This must be one of "get_shelf", "list_books", "propose_books", "remove_books", "get_change", "withdraw_change". Did you mean "propose_books"?',
    ],
  ],
  [
    'a rule about a flag that does not exist',
    'review:',
    'review:\n  rules: [{ reaches: [runs_cj] }]',
    [
      '17:23: review.rules[0].reaches[0]: This must be one of "runs_ci", "notifies", "triggers_software", "leaves_organisation". Did you mean "runs_ci"?',
    ],
  ],
  [
    'a rule with a glob that names nothing',
    'review:',
    'review:\n  rules: [{ paths: [docs/] }]',
    ['17:21: review.rules[0].paths[0]: must not begin or end with "/"; a folder and all below it is "folder/**"'],
  ],
  [
    'a rule that would hide all others',
    'review:',
    'review:\n  rules: [{ by: ["group:leads"] }]',
    ['17:11: review.rules[0]: This has no condition, so no later rule could count: it is what default is for.'],
  ],
  [
    'a rule whose quorum the approvers of the default cannot be',
    'review:',
    'review:\n  rules: [{ draft: false, quorum: 2 }]',
    [
      '17:35: review.rules[0].quorum: Who signs in at this machine’s console is one person: for more than 1, name groups or people.',
    ],
  ],
  [
    'working days of nowhere',
    'expires: 12h',
    'expires: 2 working days in Mars/Olympus',
    ['17:47: review.default.expires: There is no such time zone; write one as Europe/Berlin or UTC.'],
  ],
  ...['12', '0h', '31d', '1.5h', '5s', '-1h', '1h30m', '21 working days', '0 working days'].map((time): Case => {
    const said =
      'This must be a time from 1m to 30d, such as 90m, 24h or 7d, or 1 to 20 working days, such as "2 working days in Europe/Berlin".';
    return [`a review time of ${time}`, 'expires: 12h', `expires: ${time}`, [`17:47: review.default.expires: ${said}`]];
  }),
  ['a limit of nothing', 'pending: 2', 'pending: 0', ['18:40: limits.pending: This must be at least 1.']],
  ['a limit too high', 'pending: 2', 'pending: 1001', ['18:40: limits.pending: This must be at most 1000.']],
  ['half a limit', 'pending: 2', 'pending: 2.5', ['18:40: limits.pending: This must be a whole number.']],
  ['an endless limit', 'pending: 2', 'pending: .inf', ['18:40: limits.pending: This must be a number.']],
  [
    'a record that this version does not keep',
    'arguments: digest',
    'arguments: full',
    ['19:19: log.arguments: This version records only the "digest" of arguments.'],
  ],
  ['a key given twice', 'log:', 'goal: x\nlog:', ['19:1: goal: This is given twice; first on line 2.']],
  [
    'a key that is a number',
    'log:',
    '1: x\nlog:',
    ['19:1: A key is plain text; put it in quotes if it looks like a number.'],
  ],
  [
    'a key that is a list',
    'log:',
    '? [a]\n: x\nlog:',
    ['19:3: A key is plain text; put it in quotes if it looks like a number.'],
  ],
  ['a key that names a prototype', 'log:', '__proto__: {}\nlog:', ['19:1: __proto__: There is no such key.']],
  [
    'a key of control characters',
    'log:',
    '"\\e[31m": x\nlog:',
    [
      '19:1: The character U+001B cannot be seen and is not allowed.',
      `19:1: ["\\u{1b}[31m"]: There is no such key; there are ${topKeys}.`,
    ],
  ],
  ['an anchor', 'goal: Keep', 'goal: &x Keep', ['2:10: goal: Anchors are not allowed: write the value out.']],
  ['an alias', 'sponsor: alice', 'sponsor: *x', ['4:10: sponsor: Aliases are not allowed: write the value out.']],
  [
    'a merge key',
    'log: {',
    'log: { <<: { arguments: full },',
    [`19:8: log["<<"]: There is no such key; there are arguments.`],
  ],
  ['a tag', 'goal: Keep', 'goal: !!str Keep', ['2:13: goal: Tags are not allowed.']],
  ['a tag of its own', 'goal: Keep', 'goal: !js Keep', ['2:11: goal: Tags are not allowed.']],
  ['an older YAML', 'blueprint:', '%YAML 1.1\n---\nblueprint:', ['1:1: Directives are not allowed.']],
  ['an unknown directive', 'blueprint:', '%X\n---\nblueprint:', ['1:1: Directives are not allowed.']],
  ['a second document', 'log:', '---\nlog:', ['19:1: One file holds one blueprint.']],
  ['a bidirectional control', 'Keep', 'K\u202eeep', ['2:8: The character U+202E cannot be seen and is not allowed.']],
  [
    'a bidirectional control in a comment',
    'goal:',
    '# \u2066x\ngoal:',
    ['2:3: The character U+2066 cannot be seen and is not allowed.'],
  ],
  [
    'an escaped control',
    'goal: Keep the shelves in order.',
    'goal: "a\\u0000b"',
    ['2:7: goal: The character U+0000 cannot be seen and is not allowed.'],
  ],
  [
    'an escaped zero-width space',
    '["docs/**"]',
    '["do\\u200bcs"]',
    ['12:22: capabilities.shelf-write.paths.allow[0]: The character U+200B cannot be seen and is not allowed.'],
  ],
  [
    'half a surrogate pair',
    '["docs/**"]',
    '["\\uD800"]',
    ['12:22: capabilities.shelf-write.paths.allow[0]: The character U+D800 cannot be seen and is not allowed.'],
  ],
  [
    'a lone carriage return',
    'goal:',
    '# x\rhidden: y\ngoal:',
    ['2:4: The character U+000D cannot be seen and is not allowed.'],
  ],
];

describe('refused, with its place', () => {
  test.each(cases)('%s', (_, from, to, said) => {
    expect(full).toContain(from);
    const expected = said.map((line) => `b.yaml:${line}`);
    expect(problems(full.replace(from, () => to))).toEqual(expected);
  });
});

test('a file with nothing in it has no blueprint', () => {
  const nothing = ['b.yaml:1:1: There is no blueprint in this file.'];
  expect(problems('')).toEqual(nothing);
  expect(problems('# nothing yet\n')).toEqual(nothing);
});

test('a file that holds something else is no blueprint', () => {
  expect(problems('- a\n')).toEqual(['b.yaml:1:1: This must be a mapping of keys.']);
  expect(problems('just text')).toEqual(['b.yaml:1:1: This must be a mapping of keys.']);
});

test('broken YAML is reported where it breaks, and not looked at further', () => {
  expect(problems(`${minimal}limits: { pending: 2\n`)).toEqual([
    expect.stringMatching(/^b\.yaml:8:1: This is not valid YAML: .+\.$/),
  ]);
  expect(problems('goal: "\\q"\n')).toEqual(['b.yaml:1:8: This is not valid YAML: Invalid escape sequence \\q.']);
});

test('capabilities that grant nothing are refused', () => {
  expect(problems(minimal.replace('{ shelf-read: { shelves: [a] } }', '{}'))).toEqual([
    'b.yaml:6:15: capabilities: At least one capability must be granted.',
  ]);
});

test('everything that is wrong is told at once', () => {
  const text = `blueprint: A
goal: x
sponser: alice
callers: [{ listener: here }]
capabilities:
  shelf-read: { shelves: [], tools: [get_shelve] }
  shelf-write: &all { shelfs: [a] }
limits: { pending: 0 }
`;
  expect(problems(text).map((line) => /^b\.yaml:(\d+:\d+): (\S*):/.exec(line)?.slice(1).join(' '))).toEqual([
    '1:1 agent',
    '1:1 sponsor',
    '1:12 blueprint',
    '3:1 sponser',
    '4:23 callers[0].listener',
    '6:26 capabilities.shelf-read.shelves',
    '6:38 capabilities.shelf-read.tools[0]',
    '7:3 capabilities.shelf-write.shelves',
    '7:21 capabilities.shelf-write',
    '7:23 capabilities.shelf-write.shelfs',
    '8:20 limits.pending',
  ]);
});

test('a foreign key cannot write to the terminal or fill it', () => {
  const [line = ''] = problems(`"${'x'.repeat(500)}": 1\n`).filter((text) => text.includes('xxx'));
  expect(line.length).toBeLessThan(250);
});

test('nesting and size have an end', () => {
  expect(problems(`${minimal}log: ${'['.repeat(40)}${']'.repeat(40)}\n`)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^b\.yaml:7:\d+: This is nested too deeply\.$/)]),
  );
  expect(problems('['.repeat(20_000)).join('\n')).toMatch(/nested too deeply/);
  expect(problems(`${minimal}# ${'x'.repeat(256 * 1024)}`)).toEqual(['b.yaml:1:1: A blueprint has at most 256 KiB.']);
  expect(() => parse(`${minimal}# ${'x'.repeat(200 * 1024)}`)).not.toThrow();
});

import { expect, test } from 'vitest';
import { full, parse, problems } from './fixture.ts';

const good = 'tools: [remove_books], own: true, flags: none, reaches: [notifies]';
const rule = (conditions: string): string =>
  full.replace('review:', `review:\n  rules: [{ ${conditions}, decide: policy }]`);

test('a rule that decides by itself has the people of the default for when it does not hold', () => {
  expect(parse(rule(`name: removals, ${good}, expires: 3h`)).review.rules).toEqual([
    {
      name: 'removals',
      by: ['local'],
      quorum: 1,
      expiresMs: 3 * 3_600_000,
      decide: 'policy',
      when: { tools: ['remove_books'], own: true, flags: [], reaches: ['notifies'] },
    },
  ]);
});

test.each([
  ['nothing of whose work it is about', good.replace('own: true, ', ''), 'decide', 'own: true'],
  ['others’ work', good.replace('true', 'false'), 'decide', 'own: true'],
  ['nothing of flags', good.replace('flags: none, ', ''), 'decide', 'which flags'],
  ['nothing of reaches', good.replace(', reaches: [notifies]', ''), 'decide', 'which reaches'],
  ['no tool', good.replace('tools: [remove_books], ', ''), 'decide', 'which tools'],
  [
    'a tool that is not marked',
    good.replace('remove_books', 'remove_books, propose_books'),
    'tools',
    'propose_books: no rule',
  ],
  ['a tool that only reads', good.replace('remove_books', 'get_shelf'), 'tools', 'get_shelf: no rule'],
  ['others’ work among its flags', good.replace('none', '[overwrites_others]'), 'flags', 'overwrites'],
  [
    'the organisation’s end among its reaches',
    good.replace('[notifies]', '[leaves_organisation]'),
    'reaches',
    'leaves',
  ],
  ['people', `${good}, by: ["group:a"]`, 'by', 'as default says'],
  ['a quorum', `${good}, quorum: 1`, 'quorum', 'as default says'],
  ['an exclusion', `${good}, exclude: [sponsor]`, 'exclude', 'as default says'],
  ['a passkey', `${good}, step_up: passkey`, 'step_up', 'as default says'],
  ['a grant', `${good}, grant: { changes: 1, bytes: 1, for: 1h }`, 'grant', 'as default says'],
])('a rule that decides by itself and says %s is refused at its place', (_what, conditions, key, said) => {
  const found = problems(rule(conditions));
  expect(found).toEqual([expect.stringContaining(said)]);
  expect(found[0]).toMatch(new RegExp(`^b\\.yaml:17:\\d+: review\\.rules\\[0\\]\\.${key}: `));
});

test('there is no other way to decide than policy', () => {
  expect(problems(rule(good).replace('policy', 'nobody'))).toEqual([expect.stringContaining('A rule may say policy')]);
});

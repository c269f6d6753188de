import { expect, test } from 'vitest';
import { reviewOf } from '#shared/changes/review.ts';
import type { ReviewFacts } from '#shared/changes/review-conditions.ts';
import { minimal, parse, problems as problemsOf } from '../blueprints/fixture.ts';

const content = { sha256: '0'.repeat(64), bytes: 1 };
const state = { content, mode: '100644', binary: false } as const;
const file = (path: string, movedFrom?: string): ReviewFacts['effects'][number] => ({
  kind: 'file',
  path,
  ...(movedFrom !== undefined && { movedFrom }),
  before: null,
  after: state,
});
const field = (name: string, after: string | null): ReviewFacts['effects'][number] => ({
  kind: 'field',
  target: 'pull request',
  field: name,
  before: null,
  after,
});
const draft = (after: string) => field('draft', after);

const facts = (other: Partial<ReviewFacts> = {}): ReviewFacts => ({
  tool: 'propose_books',
  target: { repositoryId: 1, repository: 'acme/web' },
  effects: [file('docs/a.md')],
  flags: [],
  reaches: [],
  own: false,
  ...other,
});

/** Whether a rule with such a condition decides a change. */
function decides(condition: string, change: ReviewFacts): boolean {
  const { review } = parse(`${minimal}review: { rules: [{ ${condition}, by: ["group:rule"] }] }\n`);
  return reviewOf(review, change).rule !== undefined;
}

const flag = (code: ReviewFacts['flags'][number]['code']) => ({ code, message: 'Because.' });
const reach = (code: ReviewFacts['reaches'][number]['code']) => ({ code, message: 'Because.' });

test.each<readonly [condition: string, change: Partial<ReviewFacts>, decides: boolean]>([
  ['tools: [propose_books]', {}, true],
  ['tools: [remove_books]', {}, false],
  ['tools: [remove_books, propose_books], draft: true', { effects: [draft('yes')] }, true],
  ['tools: [remove_books], draft: true', { effects: [draft('yes')] }, false],
  ['repositories: ["acme/*"]', {}, true],
  ['repositories: ["ACME/Web"]', {}, true],
  ['repositories: ["acme"]', {}, false],
  ['repositories: ["other/*", "acme/api"]', {}, false],
  ['repositories: ["**"]', { target: { notebook: 'main' } }, false],
  ['repositories: ["**"]', { target: ['acme/web'] }, false],
  ['paths: ["docs/**"]', {}, true],
  ['paths: ["docs/**"]', { effects: [file('docs/a.md'), file('src/a.ts')] }, false],
  ['paths: ["docs/**", "src/**"]', { effects: [file('docs/a.md'), file('src/a.ts')] }, true],
  ['paths: ["docs/**"]', { effects: [file('docs/a.md', 'src/a.md')] }, false],
  ['paths: ["docs/**"]', { effects: [file('docs/a.md', 'docs/b.md')] }, true],
  ['paths: ["docs/**"]', { effects: [file('DOCS/a.md')] }, true],
  ['paths: ["docs/*"]', { effects: [file('docs/a/b.md')] }, false],
  ['paths: ["**"]', { effects: [] }, false],
  ['flags: none', {}, true],
  ['flags: none', { flags: [flag('deletion')] }, false],
  ['flags: [deletion, binary]', { flags: [flag('deletion')] }, true],
  ['flags: [deletion]', { flags: [flag('deletion'), flag('binary')] }, false],
  ['flags: [deletion]', {}, true],
  ['reaches: none', {}, true],
  ['reaches: none', { reaches: [reach('notifies')] }, false],
  ['reaches: [notifies]', { reaches: [reach('notifies')] }, true],
  ['reaches: [notifies]', { reaches: [reach('notifies'), reach('runs_ci')] }, false],
  ['draft: true', { effects: [draft('yes')] }, true],
  ['draft: true', { effects: [draft('no')] }, false],
  ['draft: false', { effects: [draft('no')] }, true],
  ['draft: false', {}, false],
  ['fields: [draft]', { effects: [draft('no')] }, true],
  ['fields: [draft]', { effects: [draft('no'), field('title', 'New')] }, false],
  ['fields: [draft, title]', { effects: [draft('no'), field('title', 'New')] }, true],
  ['fields: [draft]', { effects: [] }, false],
  ['fields: [draft]', { effects: [draft('no'), file('docs/a.md')] }, false],
  ['fields: [draft], paths: ["docs/**"]', { effects: [draft('no'), file('docs/a.md')] }, true],
  ['to_status: [In review]', { effects: [field('status', 'In review')] }, true],
  ['to_status: [In review]', { effects: [field('status', 'in review')] }, false],
  ['to_status: [In review, Done]', { effects: [field('status', 'Done'), field('status', 'Closed')] }, false],
  ['to_status: [In review]', { effects: [field('status', null)] }, false],
  ['to_status: [In review]', { effects: [field('state', 'In review')] }, false],
  ['assigned: true', { assigned: true }, true],
  ['assigned: true', { assigned: false }, false],
  ['assigned: false', { assigned: false }, true],
  ['assigned: false', {}, false],
  ['visibility: [private, internal]', { audience: 'internal' }, true],
  ['visibility: [private, internal]', { audience: 'public' }, false],
  ['visibility: [private, internal, public]', {}, false],
])('a rule with { %s }: %#', (condition, change, expected) => {
  expect(decides(condition, facts(change))).toBe(expected);
});

test('the first rule that matches decides, what it leaves out is as the default says, and the default is the last', () => {
  const { review } = parse(`${minimal}review:
  default: { by: ["group:leads"], quorum: 2, exclude: [sponsor], expires: 3d }
  rules:
    - { name: docs, paths: ["docs/**"], by: ["group:writers"], quorum: 1, exclude: [] }
    - { paths: ["docs/**", "src/**"] , expires: 1 working day in Europe/Berlin }
`);
  expect(review.rules?.map(({ when: _when, ...rule }) => rule)).toEqual([
    { name: 'docs', by: ['group:writers'], quorum: 1, expiresMs: 3 * 86_400_000 },
    { by: ['group:leads'], quorum: 2, exclude: ['sponsor'], workingDays: 1, timeZone: 'Europe/Berlin' },
  ]);
  const of = (...paths: string[]) => reviewOf(review, facts({ effects: paths.map((path) => file(path)) }));
  expect(of('docs/a')).toEqual({ by: ['group:writers'], quorum: 1, rule: { index: 0, name: 'docs' } });
  const strict = { by: ['group:leads'], quorum: 2, exclude: ['sponsor'] };
  expect(of('docs/a', 'src/b')).toEqual({ ...strict, rule: { index: 1 } });
  expect(of('other')).toEqual(strict);
});

test.each<readonly [review: string, said: readonly string[]]>([
  [
    'default: { by: ["group:leads"], remind: 24h, expires: 24h }',
    ['default.remind: The proposal has expired by then; this must be sooner, or none.'],
  ],
  [
    'default: { by: ["group:leads"], remind: 2 working days, expires: 2 working days }',
    ['default.remind: The proposal has expired by then; this must be sooner, or none.'],
  ],
  [
    'default: { by: ["group:leads"], escalate: { after: 8h, to: ["group:bosses"] } }',
    [
      'default.escalate: It tells only who may decide, and group:bosses is not in by; name it there too, or write none.',
    ],
  ],
  [
    'default: { by: ["group:leads"], remind: 4h, escalate: { after: 8h, to: ["group:leads"] } }, rules: [{ draft: true, by: ["group:x"], expires: 2h }]',
    [
      'rules[0].remind: The proposal has expired by then; this must be sooner, or none.',
      'rules[0].escalate: The proposal has expired by then; this must be sooner, or none.',
      'rules[0].escalate: It tells only who may decide, and group:leads is not in by; name it there too, or write none.',
    ],
  ],
  ['default: { escalate: { after: 8h, to: [] } }', ['default.escalate.to: Somebody has to be told: name who.']],
])('%s is refused', (review, said) => {
  const problems = problemsOf(`${minimal}review: { ${review} }\n`);
  expect(problems.map((one) => one.replace(/^.*?review\./, ''))).toEqual(said);
});

test('times at which it is told again are those of default, unless a rule says otherwise or none', () => {
  const { review, digest } = parse(`${minimal}review:
  default: { by: ["group:leads"], remind: 4h, escalate: { after: 8h, to: ["group:leads"] } }
  rules:
    - { draft: true, remind: none }
    - { draft: false, remind: 1h, escalate: none }
`);
  const escalate = { after: { expiresMs: 8 * 3_600_000 }, to: ['group:leads'] };
  expect([review.remind, review.escalate]).toEqual([{ expiresMs: 4 * 3_600_000 }, escalate]);
  expect(review.rules?.map(({ remind, escalate: told }) => [remind, told])).toEqual([
    [undefined, escalate],
    [{ expiresMs: 3_600_000 }, undefined],
  ]);
  const without = 'review: { default: { by: ["group:leads"] } }\n';
  const none = 'review: { default: { by: ["group:leads"], remind: none } }\n';
  expect(parse(minimal + without).digest).toBe(parse(minimal + none).digest);
  expect(digest).not.toBe(parse(minimal + without).digest);
});

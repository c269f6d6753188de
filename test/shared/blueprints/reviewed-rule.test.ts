import { describe, expect, test } from 'vitest';
import { allCapabilities } from '#capabilities/index.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';

const parse = (review: string) =>
  parseBlueprint({
    source: 'r.yaml',
    capabilities: allCapabilities,
    text: `blueprint: r
goal: Merge.
agent: bot
sponsor: alice
callers: [{ listener: 127.0.0.1 }]
capabilities: { repo-read: { repositories: [acme/web] } }
review:
${review}
`,
  }).review;

const rule = (more: string): string => `  rules:\n    - { ${more} }`;
const merges = 'tools: [merge_pull_request]';

describe('by: [github_review]', () => {
  test('is for merges, alone or with those whose reviews count', () => {
    expect(parse(rule(`${merges}, by: [github_review], quorum: 2`)).rules?.[0]).toMatchObject({
      by: ['github_review'],
      quorum: 2,
    });
    expect(parse(rule(`${merges}, by: [github_review, "group:leads", codeowners]`)).rules?.[0]?.by).toHaveLength(3);
  });

  test.each<[string, string, string]>([
    ['default', '  default: { by: [github_review] }', '8:18: review.default.by: github_review is for merges alone'],
    ['a rule for anything', rule('draft: true, by: [github_review]'), '9:26: review.rules[0].by: GitHub reviews pull'],
    [
      'a rule for more than merges',
      rule('tools: [merge_pull_request, commit_files], by: [github_review]'),
      '9:56: review.rules[0].by: GitHub reviews pull requests that are to be merged',
    ],
    ['whoever is signed in', rule(`${merges}, by: [github_review, local]`), 'nobody who could review on GitHub'],
    [
      'a rule that takes over passkeys',
      `  default: { by: ["group:x"], step_up: passkey }\n${rule(`${merges}, by: [github_review]`)}`,
      'say step_up: none here',
    ],
    [
      'a rule that tells them again',
      rule(`${merges}, by: [github_review], escalate: { after: 1h, to: [github_review] }`),
      'Who may review on GitHub is not told from here',
    ],
  ])('is an error in %s', (_where, review, message) => {
    expect(() => parse(review)).toThrow(message);
  });
});

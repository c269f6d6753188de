import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allCapabilities } from '#capabilities/index.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';

const text = readFileSync(new URL('../../../docs/review-rules.md', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
const examples = blocks.filter((yaml) => yaml.startsWith('review:'));

const rest = `blueprint: example
goal: Show review rules.
agent: bot
sponsor: alice
callers: [{ listener: 127.0.0.1 }]
capabilities: { repo-read: { repositories: [acme/web] } }
`;

test('each example of review rules can be used as it is', () => {
  const names: unknown[] = [];
  for (const example of examples) {
    const { review } = parseBlueprint({ text: `${rest}${example}`, source: 'a.yaml', capabilities: allCapabilities });
    names.push(...(review.rules ?? []).map(({ name }) => name));
  }
  expect(names).toEqual(expect.arrayContaining(['docs', 'drafts', 'the shop', 'owned', 'small docs']));
});

import { describe, expect, test } from 'vitest';
import { allCapabilities } from '#capabilities/index.ts';
import { mergePullRequest } from '#capabilities/repo-merge/merge_pull_request.ts';
import { attributionFlags, attributionsIn } from '#capabilities/repo-write/attribution.ts';
import { repoWrite } from '#capabilities/repo-write/capability.ts';
import { commitFiles } from '#capabilities/repo-write/commit_files.ts';
import { proposePullRequest } from '#capabilities/repo-write/propose_pull_request.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { credited } from '#shared/changes/credited.ts';
import { parsePeople } from '#shared/people/load.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, propose } from '../drive.ts';

const files = [{ path: 'a', content: 'b' }];
const lines = [
  'Co-authored-by: Linus <linus@example.com>',
  'co-authored-by:x',
  'COAUTHORED-BY : x',
  'Signed-off-by: A <a@b>',
  '  On-behalf-of: @acme',
  '\u{ff33}igned-off-by: A',
];

describe('lines that say who else wrote or signed a commit', () => {
  test.each(lines)('%j is found and refused in what an agent writes', async (line) => {
    expect(attributionsIn(`A\n\nB\n${line}\nC`)).toHaveLength(1);
    const common = { repository: 'acme/web', reason: 'why' };
    const message = `A\n\n${line}`;
    const calls = [
      [commitFiles, { branch: 'x', message, files }],
      [proposePullRequest, { branch: 'x', title: 'T', message, files }],
      [proposePullRequest, { branch: 'x', title: 'T', commits: [{ message, files }] }],
      [proposePullRequest, { branch: 'x', title: 'T', body: message, files }],
      [mergePullRequest, { number: 1, expected_head: 'a'.repeat(40), message }],
    ] as const;
    for (const [tool, args] of calls) {
      const told = tool.input.safeParse({ ...common, ...args });
      expect(JSON.stringify(told.error?.issues), tool.name).toContain('leave those lines out');
    }
  });

  test.each(['\n', '\r', '\u2028', '\u2029', ' \u2028'])('are looked for in time among very many %j', (sign) => {
    const begun = performance.now();
    expect(attributionsIn(`${sign.repeat(200_000)}\u2028Signed-off-by: A`)).toEqual(['Signed-off-by: A']);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test('are no words about them', () => {
    expect(attributionsIn('We drop Signed-off-by: it was never checked.\nReviewed: yes')).toEqual([]);
  });

  test('are flagged where they came from elsewhere, but for the one that the blueprint adds', () => {
    const credit = { name: 'Alice', email: 'alice@example.com' };
    const text = 'A\n\nSigned-off-by: Bob <b@x>\nCo-authored-by: Alice <alice@example.com>';
    expect(attributionFlags([{ name: 'the message', text }], credit)).toEqual([
      {
        code: 'attribution',
        message: 'Names others as authors or signers, who did not say so: "Signed-off-by: Bob <b@x>".',
      },
    ]);
    expect(attributionFlags([{ name: 'the message', text: text.replace(/^Signed.*\n/m, '') }], credit)).toEqual([]);
  });
});

describe('the sponsor as co-author', () => {
  const blueprintOf = (scope: string) =>
    parseBlueprint({
      source: 'a.yaml',
      capabilities: allCapabilities,
      text: `blueprint: a\ngoal: G\nagent: bot\nsponsor: alice\ncallers: [{ listener: 127.0.0.1 }]\ncapabilities:\n  repo-write: { repositories: [acme/web], branches: ["*"]${scope} }\n`,
    });
  const people = (git: string) => () =>
    parsePeople({
      source: 'people.yaml',
      text: `people:\n  alice: { sign_in: [{ issuer: https://id.example, subject: alice }]${git} }\n`,
    });
  const named = people(', git: { name: Alice Doe, email: alice@example.com }');
  const granted = { tool: commitFiles, capability: repoWrite };
  const plan = { headline: 'A', body: 'Why.\n\nRefs: X-1' };

  test('is named by every commit where the blueprint says so, in one block with other trailers', async () => {
    const blueprint = blueprintOf(', co_author: sponsor');
    expect(credited({ people: named }, blueprint, granted as never, plan)).toEqual({
      ...plan,
      body: 'Why.\n\nRefs: X-1\nCo-authored-by: Alice Doe <alice@example.com>',
    });
    const repository = new FakeRepository({ a: 'a' });
    const commits = [1, 2].map((number) => ({
      message: `Commit ${number}`,
      files: [{ path: 'a', content: `${number}` }],
    }));
    const proposal = await propose(repository, 'propose_pull_request', { branch: 'x', title: 'T', commits });
    const opens = { tool: proposePullRequest, capability: repoWrite } as never;
    const done = await carryOut(repository, {
      ...proposal,
      plan: credited({ people: named }, blueprint, opens, proposal.plan),
    });
    expect(done.receipts).toHaveProperty('commit_2');
    const made = [...repository.commits.values()].filter(({ message }) => message.startsWith('Commit'));
    const block = /\n\nCo-authored-by: Alice Doe <alice@example\.com>\nChange-Id: /;
    expect(made.map(({ message }) => block.test(message))).toEqual([true, true]);
  });

  test('is not named where the blueprint does not say so', () => {
    expect(credited({ people: named }, blueprintOf(''), granted as never, plan)).toBe(plan);
  });

  test.each([
    ['the list of people does not say how', { people: people('') }],
    ['there is no list of people', {}],
  ])('is an error of the operator where %s', (_what, known) => {
    const blueprint = blueprintOf(', co_author: sponsor');
    expect(() => credited(known, blueprint, granted as never, plan)).toThrow(/no `git` name and email of "alice"/);
  });

  test.each(['name: "A\\nB", email: a@b.example', 'name: "A <x>", email: a@b.example', 'name: A, email: nobody'])(
    'is never a name or an address that would break the line: %s',
    (git) => {
      expect(() => people(`, git: { ${git} }`)()).toThrow();
    },
  );
});

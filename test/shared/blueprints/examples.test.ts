import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { allCapabilities, knowledgeCapabilities, repoCapabilities, ticketCapabilities } from '#capabilities/index.ts';
import type { Grantable } from '#shared/blueprints/blueprint.ts';
import { grantFor } from '#shared/blueprints/grants.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';

const folder = fileURLToPath(new URL('../../../capabilities/blueprints', import.meta.url));
const load = (path: string) => loadBlueprints({ path, capabilities: allCapabilities });

test.each(readdirSync(folder))('%s can be used as it is', (file) => {
  expect(load(`${folder}/${file}`)).toHaveLength(1);
});

test.each(readdirSync(folder))('%s shows an agent no more tools of a server than a model keeps apart', (file) => {
  const [blueprint] = load(`${folder}/${file}`);
  if (blueprint === undefined) throw new Error('There is no blueprint.');
  for (const capabilities of [repoCapabilities, ticketCapabilities, knowledgeCapabilities]) {
    const all = (capabilities as readonly Grantable[]).flatMap((capability) => [...capability.tools]);
    const tools = all.filter(({ door }) => door === undefined);
    expect(tools.filter(({ name }) => grantFor(blueprint, name) !== null).length).toBeLessThanOrEqual(15);
  }
});

test('what is granted without naming tools is no more than may be shown, and powers that came later are named', () => {
  const text = (repoWrite: string) => `
blueprint: whole
goal: Test what is shown.
agent: whole-bot
sponsor: operator
callers: [{ listener: 127.0.0.1 }]
capabilities:
  repo-read: { repositories: [acme/storefront] }
  repo-write: { repositories: [acme/storefront], branches: ["a/*"]${repoWrite} }
  repo-merge: { repositories: [acme/storefront], base: [main], methods: [merge] }
`;
  const parse = (repoWrite = '') =>
    parseBlueprint({ text: text(repoWrite), source: 'whole.yaml', capabilities: allCapabilities });
  const usual = parse();
  for (const name of ['read_file', 'commit_files', 'push_commits', 'merge_pull_request', 'withdraw_change']) {
    expect(grantFor(usual, name), name).not.toBeNull();
  }
  for (const name of ['list_branches', 'delete_branch', 'update_branch', 'request_reviews', 'resolve_review_thread']) {
    expect(grantFor(usual, name), name).toBeNull();
  }
  const named = parse(', tools: [delete_branch, push_commits]');
  expect(grantFor(named, 'delete_branch')).not.toBeNull();
  expect(grantFor(named, 'commit_files')).toBeNull();
  const tools = 'propose_pull_request, commit_files, push_commits, update_pull_request, delete_branch, update_branch';
  expect(() => parse(`, tools: [${tools}]`)).toThrow(
    'whole.yaml:10:15: capabilities.repo-merge: This shows 16 tools of the github server; at most 15 go together. Name those that the work needs in repo-read.tools and repo-write.tools and repo-merge.tools.',
  );
});

test('all examples can be used together', () => {
  expect(load(folder)).toHaveLength(readdirSync(folder).length);
});

test('the default one lets an agent on 127.0.0.1 read, propose and follow its changes', () => {
  const [blueprint] = load(`${folder}/default.yaml`);
  if (blueprint === undefined) throw new Error('There is no default blueprint.');
  expect(blueprint).toMatchObject({ name: 'demo-storefront', agent: 'demo-agent', listeners: ['127.0.0.1'] });
  expect(grantFor(blueprint, 'read_file')?.capability).toBe('repo-read');
  expect(grantFor(blueprint, 'propose_pull_request')?.capability).toBe('repo-write');
  expect(grantFor(blueprint, 'get_ticket')?.capability).toBe('ticket-read');
  expect(grantFor(blueprint, 'add_comment')?.capability).toBe('ticket-write');
  expect(grantFor(blueprint, 'search_pages')?.capability).toBe('knowledge-read');
  expect(grantFor(blueprint, 'create_page')?.capability).toBe('knowledge-write');
  expect(grantFor(blueprint, 'wait_for_change')?.capability).toBe('change-queue');
});

test.each([
  ['default.yaml', 'src/index.ts', true],
  ['default.yaml', '.github/workflows/ci.yml', false],
  ['docs-writer.yaml', 'docs/guide/start.md', true],
  ['docs-writer.yaml', 'README.md', true],
  ['docs-writer.yaml', 'docs/legal/terms.md', false],
  ['docs-writer.yaml', 'src/index.ts', false],
  ['dependency-updater.yaml', 'package-lock.json', true],
  ['dependency-updater.yaml', 'packages/a/package.json', false],
])('%s, asked to write %s, answers %s', (file, path, may) => {
  const [blueprint] = load(`${folder}/${file}`);
  const write = repoCapabilities.find(({ name }) => name === 'repo-write');
  const denial = write?.denies(blueprint?.grants.get('repo-write')?.scope, {
    want: 'write',
    repository: 'acme/storefront',
    path,
  });
  expect(denial).toEqual(may ? null : { denied: expect.any(String) });
});

test('the default one spells out defaults that are the defaults', () => {
  const [blueprint] = load(`${folder}/default.yaml`);
  const [bare] = load(`${folder}/dependency-updater.yaml`);
  expect(blueprint).toMatchObject({ limits: { writesPerHour: 30, pending: 10, readsPerMinute: 600 } });
  const { rules: all = [], ...bareDefault } = bare?.review ?? {};
  const [updates, ...rules] = all;
  expect(updates).toMatchObject({ name: 'updates', grant: { changes: 10, tools: ['commit_files'] } });
  const { rules: own = [], ...ownDefault } = blueprint?.review ?? {};
  expect(ownDefault).toEqual(bareDefault);
  expect(own.slice(0, 1)).toEqual(rules);
  expect(own.slice(1)).toMatchObject([
    { name: 'comments on its own tickets', decide: 'policy' },
    { name: 'own notes in quarantine', decide: 'policy' },
    { name: 'work on a ticket', grant: { tools: ['transition_ticket', 'add_comment'] } },
  ]);
  expect(rules).toMatchObject([{ name: 'own comments', decide: 'policy' }]);
  expect(blueprint?.log).toEqual(bare?.log);
});

test.each([
  [
    'max_files: 50',
    'max_file: 50',
    '30:5: capabilities.repo-write.max_file: There is no such key. Did you mean "max_files"?',
  ],
  ['max_bytes: 5MiB', 'max_bytes: lots', '31:16: capabilities.repo-write.max_bytes: '],
  ['[acme/storefront]\n', '[storefront]\n', '19:20: capabilities.repo-read.repositories[0]: '],
])('%s written as %s is found at its place', (from, to, said) => {
  const text = readFileSync(`${folder}/default.yaml`, 'utf8');
  expect(text).toContain(from);
  const parse = () =>
    parseBlueprint({ text: text.replace(from, to), source: 'default.yaml', capabilities: allCapabilities });
  expect(parse).toThrow(`default.yaml:${said}`);
});

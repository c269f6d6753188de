import { describe, expect, test } from 'vitest';
import { allCapabilities } from '#capabilities/index.ts';
import { repoWrite } from '#capabilities/repo-write/capability.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { stageContents } from '#shared/changes/contents.ts';
import { assertInScope } from '#shared/changes/scope.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { writeTools } from '../drive.ts';

/** An agent that may write everything in docs/ and reads as `reads` says. */
function blueprintOf(reads: string): Blueprint {
  const text = `
blueprint: writer
goal: Test what an agent must be able to read.
agent: writer-bot
sponsor: operator
callers:
  - listener: 127.0.0.1
capabilities:
  ${reads}
  repo-write: { repositories: [acme/web], base: [main], branches: ["docs/*"], paths: { allow: ["docs/**"] } }
`;
  return parseBlueprint({ text, source: 'writer.yaml', capabilities: allCapabilities });
}

const allowed = blueprintOf('repo-read: { repositories: [acme/web], paths: { deny: ["docs/private/**"] } }');

const calls = {
  commit_files: { branch: 'docs/a', message: 'm' },
  propose_pull_request: { branch: 'docs/a', base: 'main', title: 't' },
};

function ask(blueprint: Blueprint, name: keyof typeof calls, file: object): void {
  const tool = writeTools[name];
  const input = tool.input.parse({ repository: 'acme/web', reason: 'r', files: [file], ...calls[name] });
  assertInScope(blueprint, repoWrite, tool.asks(input));
}

const edits = [{ find: 'password: a', replace: 'password: a' }];

describe.each(['commit_files', 'propose_pull_request'] as const)('%s', (name) => {
  const hidden = { code: 'out_of_scope', message: 'Reading "docs/private/a.md" is not granted.' };

  test.each([
    ['edits', { path: 'docs/private/a.md', edits }],
    ['a move of it', { path: 'docs/a.md', move_from: 'docs/private/a.md' }],
  ])('of a file that the agent may not read: %s is out of scope', (_, file) => {
    expect(() => ask(allowed, name, file)).toThrow(expect.objectContaining(hidden));
  });

  test.each([
    ['its whole text', { path: 'docs/private/a.md', content: 'new' }],
    ['its bytes', { path: 'docs/private/a.md', base64: 'bmV3' }],
    ['its end', { path: 'docs/private/a.md', delete: true }],
    ['what moves there', { path: 'docs/private/a.md', move_from: 'docs/a.md' }],
  ])('of a file that the agent may not read: %s may be written', (_, file) => {
    expect(() => ask(allowed, name, file)).not.toThrow();
  });

  test.each([
    ['of nothing', 'change-queue: {}', 'repo-read is not granted.'],
    ['of another repository', 'repo-read: { repositories: [acme/api] }', 'Reading acme/web is not granted.'],
    [
      'without read_file',
      'repo-read: { repositories: [acme/web], tools: [list_branches] }',
      'read_file is not granted.',
    ],
  ])('edits nothing for an agent that has reads %s', (_, reads, message) => {
    const blueprint = blueprintOf(reads);
    expect(() => ask(blueprint, name, { path: 'docs/a.md', edits })).toThrow(
      expect.objectContaining({ code: 'out_of_scope', message }),
    );
    expect(() => ask(blueprint, name, { path: 'docs/a.md', content: 'whole' })).not.toThrow();
  });

  test('edits what may be read', () => {
    expect(() => ask(allowed, name, { path: 'docs/a.md', edits })).not.toThrow();
    expect(() => ask(allowed, name, { path: 'docs/b.md', move_from: 'docs/a.md' })).not.toThrow();
  });

  test('asks again for reading the repository under the name that it has now', async () => {
    const repository = new FakeRepository({ 'docs/a.md': 'x' });
    repository.branches.set('docs/a', repository.head('main'));
    if (name === 'propose_pull_request') repository.branches.delete('docs/a');
    repository.rename('acme/site');
    const tool = writeTools[name];
    const files = [{ path: 'docs/a.md', edits }];
    const input = tool.input.parse({ repository: 'acme/web', reason: 'r', files, ...calls[name] });
    const before = await tool.snapshot(input, repository.reader(), stageContents());
    expect(tool.resolved(input, before)).toContainEqual({ want: 'read', repository: 'acme/site', path: 'docs/a.md' });
  });
});

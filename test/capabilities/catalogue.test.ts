import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { changeQueue } from '#capabilities/change-queue/capability.ts';
import { allCapabilities, repoCapabilities } from '#capabilities/index.ts';
import { assertDescriptions, toJsonSchema } from '#shared/mcp/schema.ts';

const tools = allCapabilities.flatMap((capability) => [...capability.tools]);

describe('the catalogue', () => {
  test('names every capability and tool once', () => {
    expect(allCapabilities.map(({ name }) => name)).toEqual([
      'repo-read',
      'repo-write',
      'repo-merge',
      'ticket-read',
      'ticket-write',
      'knowledge-read',
      'knowledge-write',
      'change-queue',
    ]);
    expect(repoCapabilities.map(({ name }) => name)).toEqual(['repo-read', 'repo-write', 'repo-merge']);
    const names = tools.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(repoCapabilities.flatMap((capability) => capability.tools.map(({ name }) => name))).toEqual([
      'get_repository',
      'list_branches',
      'list_files',
      'read_file',
      'search_code',
      'list_commits',
      'list_pull_requests',
      'get_pull_request',
      'get_pull_request_diff',
      'list_review_threads',
      'get_checks',
      'get_check_log',
      'propose_pull_request',
      'commit_files',
      'push_commits',
      'update_pull_request',
      'comment_on_pull_request',
      'resolve_review_thread',
      'request_reviews',
      'update_branch',
      'delete_branch',
      'merge_pull_request',
    ]);
    expect(changeQueue.tools.map(({ name }) => name)).toEqual([
      'list_changes',
      'get_change',
      'wait_for_change',
      'withdraw_change',
      'propose_restore',
    ]);
  });

  test('says of every answer of a tool that reads what it told of', () => {
    const read = tools.filter((tool) => tool.kind === 'read');
    expect(read.length).toBeGreaterThan(15);
    expect(read.filter(({ told }) => told === undefined).map(({ name }) => name)).toEqual([]);
  });

  test.each(tools.map((tool) => [tool.name, tool] as const))('%s says what a model needs, shortly', (name, tool) => {
    expect(tool.title.length).toBeLessThan(50);
    expect(tool.description.length).toBeLessThan(500);
    const input = toJsonSchema(tool.input, 'input');
    expect(() => assertDescriptions(input)).not.toThrow();
    // It takes files in two places.
    expect(JSON.stringify(input).length).toBeLessThan(name === 'propose_pull_request' ? 5000 : 4000);
    if (tool.kind !== 'write') expect(() => toJsonSchema(tool.output, 'output')).not.toThrow();
  });

  const writes = tools.filter((tool) => tool.kind === 'write');
  test.each(writes.map((tool) => [tool.name, tool] as const))(
    '%s takes a reason and a key, and keeps only JSON',
    (_name, tool) => {
      const { properties, required } = toJsonSchema(tool.input, 'input');
      // What people ask for at their own door is not asked again by a key.
      const wanted = tool.door === 'people' ? ['reason'] : ['reason', 'idempotency_key'];
      expect(Object.keys(properties as object)).toEqual(expect.arrayContaining(wanted));
      expect(required).toContain('reason');
      expect(required).not.toContain('idempotency_key');
      expect(() => z.toJSONSchema(tool.plan)).not.toThrow();
      expect(() => z.toJSONSchema(tool.state)).not.toThrow();
    },
  );

  test('what backends wrote is marked in every read', () => {
    for (const { kind, name, output } of tools.filter((tool) => tool.kind === 'read')) {
      expect(kind, name).toBe('read');
      expect(toJsonSchema(output, 'output')['required'], name).toContain('untrusted');
    }
  });
});

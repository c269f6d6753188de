import { describe, expect, test } from 'vitest';
import type { KnowledgeAsk } from '#capabilities/knowledge/types.ts';
import { knowledgeRead } from '#capabilities/knowledge-read/capability.ts';

const ask = (of: Partial<KnowledgeAsk>): KnowledgeAsk => ({ want: 'read', namespace: 'handbook', ...of });
const denied = (scope: Record<string, unknown>, of: Partial<KnowledgeAsk>): string | null =>
  knowledgeRead.denies(knowledgeRead.scope.parse({ namespaces: ['handbook'], ...scope }), ask(of))?.denied ?? null;

describe('a scope of pages', () => {
  test('covers its namespaces, however they are spelt, and no others', () => {
    expect(denied({}, {})).toBeNull();
    expect(denied({}, { namespace: 'HandBook' })).toBeNull();
    expect(denied({}, { namespace: 'handbook2' })).toBe('Reading handbook2 is not granted.');
    expect(denied({ namespaces: ['a', 'b'] }, { namespace: 'b', page: { id: '1', above: [] } })).toBeNull();
  });

  test('that is limited to pages covers these and what is under them', () => {
    const scope = { under: ['12', '30'] };
    for (const page of [
      { id: '12', above: [] },
      { id: '13', above: ['1', '12'] },
      { id: null, above: ['30', '31'] },
    ]) {
      expect(denied(scope, { page })).toBeNull();
    }
    for (const page of [
      { id: '1', above: [] },
      { id: '2', above: ['1'] },
      { id: null, above: [] },
      { id: '120', above: ['121'] },
    ]) {
      expect(denied(scope, { page })).toBe('Reading pages that are not under those that are granted is not granted.');
    }
    expect(denied(scope, {})).toBeNull();
    expect(denied(scope, { namespace: 'board', page: { id: '12', above: [] } })).toContain('board');
  });

  test('for reading does not cover writing', () => {
    expect(denied({}, { want: 'write' })).toBe('Only reading is granted here.');
  });

  test('opens lists and searches with each namespace and the pages that it is limited to', () => {
    const scope = knowledgeRead.scope.parse({ namespaces: ['a', 'b'], under: ['12'] });
    expect(knowledgeRead.opens?.(scope)).toEqual([
      { want: 'read', namespace: 'a', under: ['12'] },
      { want: 'read', namespace: 'b', under: ['12'] },
    ]);
  });

  test.each([
    [{ namespaces: [] }],
    [{ namespaces: ['has blank'] }],
    [{ namespaces: ['../x'] }],
    [{ namespaces: ['a'], under: [] }],
    [{ namespaces: ['a'], under: ['a/b'] }],
    [{ namespaces: ['a'], spaces: ['b'] }],
  ])('does not parse from %j', (scope) => {
    expect(knowledgeRead.scope.safeParse(scope).success).toBe(false);
  });
});

import { describe, expect, test } from 'vitest';
import { repoCapabilities } from '#capabilities/index.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';

const repository = { id: 4711, nodeId: 'R_4711', name: 'acme/web', defaultBranch: 'main' };

/** A plan or a state of any tool, of which the repository alone is known. */
const unknown: Record<string | symbol, unknown> = new Proxy(
  {},
  {
    get: (_, key) => {
      if (key === 'repository') return repository;
      if (key === Symbol.iterator) return [][Symbol.iterator].bind([]);
      if (key === Symbol.toPrimitive) return () => '';
      return key === 'then' || key === 'toJSON' ? undefined : unknown;
    },
  },
);

/** A backend where that name leads to this, and nothing else is told. */
function readerOf(now: { readonly id: number; readonly name: string }): RepoReader {
  const found = { ...repository, ...now, description: null, private: true, archived: false, url: '' };
  return new Proxy({} as RepoReader, {
    get: (_, key) => {
      if (key === 'look') return async () => ({ repository: found, heads: new Map(), pullRequests: [], files: null });
      return key === 'repository' ? async () => found : async () => null;
    },
  });
}

const tools = repoCapabilities
  .flatMap((capability) => [...capability.tools])
  .flatMap((tool) => (tool.kind === 'write' ? [tool] : []));

describe.each(tools)('a change of $name is stale', (tool) => {
  const stillAt = (now: { readonly id: number; readonly name: string }) => tool.still(unknown, unknown, readerOf(now));

  test('when its repository was deleted and another has the name', async () => {
    expect(await stillAt({ id: 5, name: 'acme/web' })).toEqual({ stale: 'acme/web is another repository now.' });
  });

  test('when its repository was renamed, or belongs to somebody else', async () => {
    for (const name of ['acme/site', 'mallory/web']) {
      expect(await stillAt({ id: 4711, name })).toEqual({ stale: 'acme/web was renamed.' });
    }
  });
});

test('there are tools to look at', () => {
  expect(tools.length).toBeGreaterThan(5);
});

import { describe, expect, test } from 'vitest';
import { blobOid } from '#capabilities/repo/blob.ts';
import { treeRequests } from '#servers/github/tree-requests.ts';

const mode = '100644';
const paths = (of: ReturnType<typeof treeRequests>) =>
  of.requests.map(({ entries }) => entries.map(({ path }) => path).join());

describe('what has to be sent to change a tree', () => {
  test('short text goes along, with the id that it must get', () => {
    const bytes = Buffer.from('é\r\n');
    const { uploads, requests } = treeRequests([{ path: 'a/b.txt', mode: '100755', bytes }]);
    expect(uploads).toEqual([]);
    expect(requests).toEqual([
      {
        entries: [{ path: 'a/b.txt', mode: '100755', type: 'blob', content: 'é\r\n' }],
        ids: new Map([['a/b.txt', blobOid(bytes)]]),
      },
    ]);
  });

  test.each([
    ['other encodings', Buffer.from('caf\xe9', 'latin1')],
    ['a NUL', Buffer.from('a\0b')],
    ['a byte order mark', Buffer.from('\u{feff}a')],
    ['long text', Buffer.alloc(300 * 1024, 'a')],
  ])('%s is sent before, once for each content', (_, bytes) => {
    const { uploads, requests } = treeRequests([
      { path: 'a', mode, bytes },
      { path: 'b', mode: '100755', bytes: Buffer.from(bytes) },
    ]);
    expect(uploads).toEqual([bytes]);
    expect(requests[0]?.entries).toMatchObject([{ sha: blobOid(bytes) }, { sha: blobOid(bytes) }]);
  });

  test('what is there already, and what goes, is named by its id alone', () => {
    const oid = 'a'.repeat(40);
    const { uploads, requests } = treeRequests([
      { path: 'a', mode: '120000', oid },
      { path: 'b', delete: true },
    ]);
    expect(uploads).toEqual([]);
    expect(requests[0]?.entries).toEqual([
      { path: 'a', mode: '120000', type: 'blob', sha: oid },
      { path: 'b', mode, type: 'blob', sha: null },
    ]);
  });

  test('many entries, and much text, are split into requests on top of one another', () => {
    const many = Array.from({ length: 1001 }, (_, at) => ({ path: `${at}`, delete: true }) as const);
    expect(treeRequests(many).requests.map(({ entries }) => entries.length)).toEqual([500, 500, 1]);
    const bytes = Buffer.alloc(250 * 1024, 'a');
    const much = Array.from({ length: 20 }, (_, at) => ({ path: `${at}`, mode, bytes }) as const);
    expect(treeRequests(much).requests.map(({ entries }) => entries.length)).toEqual([16, 4]);
  });

  test('what stands in the way of a folder, or a file, goes in a request before', () => {
    const bytes = Buffer.from('a');
    const file = (path: string) => ({ path, mode, bytes }) as const;
    const gone = (path: string) => ({ path, delete: true }) as const;
    expect(paths(treeRequests([file('a/b'), gone('a'), file('c')]))).toEqual(['a', 'a/b,c']);
    expect(paths(treeRequests([file('a'), gone('a/b')]))).toEqual(['a/b', 'a']);
    expect(paths(treeRequests([file('a'), gone('b/c')]))).toEqual(['a,b/c']);
  });

  test('nothing asks for nothing', () => {
    expect(treeRequests([])).toEqual({ uploads: [], requests: [] });
  });
});

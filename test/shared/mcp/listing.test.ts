import { describe, expect, it } from 'vitest';
import { listingOf } from '#shared/mcp/listing.ts';
import { tool } from './fixture.ts';

describe('listingOf', () => {
  it('keeps the order and is not changed by what is done to its source', () => {
    const source = [tool('beta'), tool('alpha')];
    const listing = listingOf(source);
    source.reverse();
    Object.assign(source[0]?.annotations ?? {}, { readOnlyHint: false });
    expect(listing.tools.map((listed) => listed.name)).toEqual(['beta', 'alpha']);
    expect(listing.tools.every((listed) => listed.annotations?.readOnlyHint)).toBe(true);
  });

  it.each(['', 'Read', 'read-file', 'read file', '1read', 'read.file', 'r'.repeat(49), 'réad'])(
    'refuses the name %j',
    (name) => {
      expect(() => listingOf([tool(name)])).toThrow('is not a usable tool name');
    },
  );

  it('refuses two tools of one name', () => {
    expect(() => listingOf([tool('a'), tool('b'), tool('a')])).toThrow('two tools named "a"');
  });

  it('refuses schemas without an object at the root', () => {
    expect(() => listingOf([{ ...tool('a'), inputSchema: {} }])).toThrow('must be objects');
    expect(() => listingOf([{ ...tool('a'), outputSchema: { type: 'array' } }])).toThrow('must be objects');
  });

  it('refuses an argument without description and says whose it is', () => {
    const inputSchema = { type: 'object', properties: { path: { type: 'string' } } };
    expect(() => listingOf([{ ...tool('a'), inputSchema }])).toThrow(
      'The input of "a" cannot be listed: "path" has no description.',
    );
  });
});

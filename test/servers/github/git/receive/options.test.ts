import { expect, test } from 'vitest';
import { parseOptions } from '#servers/github/git/receive/options.ts';

test('push options ask for a pull request, and say what it is', () => {
  expect(parseOptions([])).toEqual({ pullRequest: null });
  expect(parseOptions(['reason=because', 'base=next'])).toEqual({ pullRequest: null, reason: 'because', base: 'next' });
  expect(parseOptions(['pr'])).toEqual({ pullRequest: { draft: true } });
  expect(parseOptions(['title=a=b', 'body=', 'ready'])).toEqual({
    pullRequest: { draft: false, title: 'a=b', body: '' },
  });
});

test.each([['draft'], ['pr=yes'], ['title'], [''], ['title=a', 'title=b'], ['constructor=x']])(
  'an option that there is not, or twice, is refused with those that there are: %s',
  (...options) => {
    const refused = { code: 'invalid_arguments', next: expect.stringContaining('-o pr, -o title=…') };
    expect(() => parseOptions(options)).toThrow(expect.objectContaining(refused));
  },
);

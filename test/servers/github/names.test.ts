import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { repositoryName } from '#shared/github/names.ts';
import { rest } from '#shared/github/rest.ts';
import { connect } from './connect.ts';
import { type FakeGithub, fakeGithub } from './fake-github.ts';

let fake: FakeGithub;
beforeAll(async () => {
  fake = await fakeGithub();
});
beforeEach(() => {
  fake.requests.length = 0;
});
afterAll(() => fake.close());

describe('the name of a repository', () => {
  const odd = [
    ...[
      '',
      '/',
      'acme',
      'acme/',
      '/web',
      'acme/web/',
      'acme/web/x',
      'acme//web',
      ' acme/web',
      'acme/web ',
      'acme/web\n',
    ],
    ...['acme/.', 'acme/..', 'acme/...', '../web', './web', 'acme/%2e%2e', 'acme%2fweb/x', 'acme/web?x', 'acme/web#x'],
    ...[
      'acme/wéb',
      'acme/web\u0000',
      'acme/we\u202eb',
      'ａcme/web',
      'acme:x@host/web',
      'acme\\web/x',
      `acme/${'w'.repeat(101)}`,
    ],
  ];

  test.each(odd)('%j leads nowhere, and to no request', async (name) => {
    const { reader } = connect(fake.url);
    await expect(reader.head(name, 'main')).rejects.toMatchObject({ code: 'not_found' });
    await expect(connect(fake.url).openWriter({ repositoryId: 1, repository: name })).rejects.toMatchObject({
      name: 'NotDone',
      kind: 'refused',
    });
    expect(fake.requests).toEqual([]);
  });

  test('that is taken is two parts of an address, whatever is in it', () => {
    const part = fc.string({ unit: fc.constantFrom(...'aZ09-_.%/?#:@\\ é\n'), maxLength: 12 });
    fc.assert(
      fc.property(part, part, (first, second) => {
        const text = `${first}/${second}`;
        const parsed = (() => {
          try {
            return repositoryName(text);
          } catch {
            return null;
          }
        })();
        if (parsed === null) return;
        expect(`${parsed.owner}/${parsed.name}`).toBe(text);
        expect(new URL(`https://x/repos/${text}/y`).pathname).toBe(`/repos/${parsed.owner}/${parsed.name}/y`);
      }),
    );
  });
});

test('every part of an address stays one, or nothing is sent', async () => {
  const endpoints = { origin: 'https://x', rest: 'https://x/api/v3', git: 'https://x' };
  const segment = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => text.isWellFormed()),
    fc.constantFrom('.', '..', '%2e%2e', 'a/../b', '?x', '#x', '//evil', 'a b', '', '\\..'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 5 }), async (segments) => {
      const sent: string[] = [];
      const fetch = (async (url: string) => {
        sent.push(url);
        return Response.json({});
      }) as typeof globalThis.fetch;
      await rest({ endpoints, fetch }, 'GET', segments).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'NotSent' });
      });
      for (const url of sent) {
        expect(new URL(url).origin).toBe('https://x');
        expect(new URL(url).pathname.split('/').slice(3).map(decodeURIComponent)).toEqual(segments);
        expect(new URL(url).search + new URL(url).hash).toBe('');
      }
      expect(sent).toHaveLength(segments.some((one) => ['', '.', '..'].includes(one)) ? 0 : 1);
    }),
  );
});

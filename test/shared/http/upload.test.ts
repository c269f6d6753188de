import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uploading } from '#shared/http/upload.ts';
import { type FakeGithub, fakeGithub } from '../../servers/github/fake-github.ts';

let fake: FakeGithub;
beforeAll(async () => {
  fake = await fakeGithub();
});
afterAll(() => fake.close());

const uploadOf = (bytes: Uint8Array) => ({ token: randomUUID(), bytes });
const send = (uploads: readonly ReturnType<typeof uploadOf>[], body: string) =>
  uploading(fetch, uploads)(fake.url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });

test.each([0, 1, 2, 3, 98_303, 98_304, 98_305, 300_001])(
  'contents of %i bytes leave as base64 in the place of their token, and the length of all is declared',
  async (length) => {
    const uploads = [uploadOf(randomBytes(length)), uploadOf(randomBytes(7))];
    const of = (text: (upload: (typeof uploads)[number]) => string) =>
      JSON.stringify({ first: 'ä "\\ 🙂', files: uploads.map(text), last: 'ü' });
    await send(
      uploads,
      of(({ token }) => token),
    );
    const whole = of(({ bytes }) => Buffer.from(bytes).toString('base64'));
    const { body, headers } = fake.requests.at(-1) ?? { body: '', headers: {} };
    expect(body === whole).toBe(true);
    expect(headers['content-length']).toBe(String(Buffer.byteLength(whole)));
    expect(headers['transfer-encoding']).toBeUndefined();
  },
);

test('nothing is sent when a token has no place', () => {
  const before = fake.requests.length;
  expect(() => send([uploadOf(randomBytes(1))], '{}')).toThrow('no place');
  expect(fake.requests).toHaveLength(before);
});

import { describe, expect, test } from 'vitest';
import { imageOf } from '#servers/approvals/view/image.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import { startSuite } from './kit.ts';
import { png } from './pictures.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('an image', () => {
  test('is known by its bytes, with the size that it says', () => {
    expect(imageOf(png(3, 2, [1, 2, 3]))).toEqual({ type: 'image/png', width: 3, height: 2 });
    expect(imageOf(bytes('GIF89a\x04\x00\x05\x00'))).toEqual({ type: 'image/gif', width: 4, height: 5 });
    const jpeg = '\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x06\x00\x07';
    expect(imageOf(bytes(jpeg))).toEqual({ type: 'image/jpeg', width: 7, height: 6 });
    const webp = `RIFF\0\0\0\0WEBPVP8X${'\0'.repeat(8)}\x07\0\0\x08\0\0`;
    expect(imageOf(bytes(webp))).toEqual({ type: 'image/webp', width: 8, height: 9 });
  });

  test.each([
    ['nothing', ''],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['a cut PNG', '\x89PNG\r\n\x1a\n'],
    ['a JPEG without a frame', '\xff\xd8\xff\xe0\x00\x04ab'],
    ['a JPEG that leads nowhere', '\xff\xd8\xff\xe0\x00\x00\xff'],
    ['a GIF without a size', 'GIF89a\0\0\0\0'],
  ])('is not %s', (_name, text) => {
    expect(imageOf(bytes(text))).toBe(null);
  });

  test('that would fill the memory is not one to be drawn', () => {
    const bomb = png(1, 1, [0, 0, 0]);
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    expect(imageOf(bomb)).toBe(null);
  });
});

describe('parts of a change', () => {
  test('are all that its branch comes to, as it was sealed with it, where it is a commit', async () => {
    const suite = await startSuite();
    const other = await suite.proposeFiles({ files: [{ path: 'a.txt', content: 'x' }] });
    expect((await suite.ask(`/api/changes/${other}`)).body.content.since_base).toBe(null);
    expect((await suite.ask(`/api/changes/${other}/since-base`)).status).toBe(404);
    suite.repository.branches.set('agent/work', suite.repository.head('main'));
    const alone = await suite.commitFiles('agent/work', [{ path: 'new.txt', content: 'x\n' }]);
    expect((await suite.ask(`/api/changes/${alone}`)).body.content.since_base).toMatchObject({ only_this: true });
    suite.repository.push('agent/work', { 'src/app.ts': 'one\n\u202etwo\nthree\n' });
    const id = await suite.commitFiles('agent/work', [{ path: 'new.txt', content: 'y\n' }]);
    const { content } = (await suite.ask(`/api/changes/${id}`)).body;
    expect(content.since_base).toMatchObject({ base: 'main', files: 2, only_this: false, left_out: 0, cut: false });
    const { effects } = (await suite.ask(`/api/changes/${id}/since-base`)).body;
    expect(effects).toMatchObject([
      { path: 'new.txt', diff: { added: 1, removed: 0 } },
      { path: 'src/app.ts', diff: { added: 1, removed: 1 } },
    ]);
    expect(JSON.stringify(effects)).toContain('RIGHT-TO-LEFT OVERRIDE');
    expect((await suite.ask(`/api/changes/${id}/since-base`, { headers: {} })).status).toBe(401);
  });

  test('are its own images alone, as files that open nothing', async () => {
    const suite = await startSuite();
    const image = png(5, 5, [9, 9, 9]);
    const other = Buffer.from([0, 255, 1]);
    const id = await suite.proposeFiles({
      files: [
        { path: 'a.png', base64: image.toString('base64') },
        { path: 'b.png', base64: other.toString('base64') },
        { path: 'c.svg', content: '<svg/>' },
      ],
    });
    const ask = (digest: string, more = {}) => suite.ask(`/api/changes/${id}/images/${digest}`, more);
    const found = await ask(sha256(image));
    expect(found.status).toBe(200);
    expect(Object.fromEntries(found.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect((await ask(sha256(other))).status).toBe(422);
    expect((await ask(sha256('<svg/>'))).status).toBe(422);
    expect((await ask('0'.repeat(64))).status).toBe(404);
    expect((await ask('..')).status).toBe(404);
    expect((await ask(sha256(image), { headers: {} })).status).toBe(401);
  });

  test('are lines of a difference, which come to the whole in the end', async () => {
    const suite = await startSuite();
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index}\n`);
    suite.repository.push('main', { 'long.txt': lines.join('') });
    const files = [
      { path: 'long.txt', content: lines.map((line, index) => (index % 7 === 0 ? 'new\n' : line)).join('') },
    ];
    const id = await suite.proposeFiles({ files });
    const whole = (await suite.ask(`/api/changes/${id}`)).body.content.effects;
    const effect = whole.findIndex(({ kind }: { kind: string }) => kind === 'file');
    const few = (await suite.ask(`/api/changes/${id}?lines=10`)).body.content.effects[effect].diff;
    expect(few.hunks[0].lines).toHaveLength(10);
    expect(few.lines).toBe(whole[effect].diff.lines);
    const found = [...few.hunks[0].lines];
    for (let from = 10; from < few.lines; from += 25) {
      const part = (await suite.ask(`/api/changes/${id}/diff?effect=${effect}&from=${from}&limit=25`)).body;
      const [hunk] = part.hunks;
      const passed = (sign: string) => found.filter((line) => line.startsWith(' ') || line.startsWith(sign)).length;
      expect([hunk.old_start, hunk.new_start]).toEqual([1 + passed('-'), 1 + passed('+')]);
      found.push(...hunk.lines);
    }
    expect(found).toEqual(whole[effect].diff.hunks[0].lines);
    expect((await suite.ask(`/api/changes/${id}/diff?effect=999`)).status).toBe(404);
    expect((await suite.ask(`/api/changes/${id}/diff?effect=0&limit=9999`)).status).toBe(400);
  });
});

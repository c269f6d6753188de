import { Buffer } from 'node:buffer';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { messageOf } from '#servers/approvals/webhooks/message.ts';
import { rejectionCategories } from '#shared/changes/rejection.ts';
import { movedAfter } from '#shared/ledger/moved.ts';
import { type Body, type Suite, startSuite } from './kit.ts';
import { png } from './pictures.ts';

const shown = async (suite: Suite, id: string): Promise<Body> => (await suite.ask(`/api/changes/${id}`)).body;

async function reject(suite: Suite, id: string, more: object = { category: 'needs_changes' }) {
  const { seal } = await shown(suite, id);
  return suite.ask(`/api/changes/${id}/decision`, { body: { decision: 'reject', seal, reason: 'Shorter.', ...more } });
}

const since = (suite: Suite, id: string, query = '') => suite.ask(`/api/changes/${id}/since${query}`);

describe('a rejection', () => {
  test('has a category out of a closed list, and another reason unless it says', async () => {
    const suite = await startSuite();
    for (const category of rejectionCategories) {
      const id = await suite.proposeNote(category);
      expect((await reject(suite, id, { category })).status).toBe(200);
      expect((await shown(suite, id)).decisions).toMatchObject([{ verb: 'reject', category, reason: 'Shorter.' }]);
    }
    const id = await suite.proposeNote('hello');
    for (const category of ['', 'Other', 'rude', null, 1]) {
      expect((await reject(suite, id, { category })).status, String(category)).toBe(400);
    }
    const { seal } = await shown(suite, id);
    const body = { decision: 'approve', seal, category: 'other' };
    expect((await suite.ask(`/api/changes/${id}/decision`, { body })).status).toBe(400);
    expect((await reject(suite, id, {})).status).toBe(200);
    expect((await shown(suite, id)).decisions).toMatchObject([{ category: 'other' }]);
  });
});

test('a webhook tells the category of a rejection, and nothing of its words', async () => {
  const suite = await startSuite();
  const id = await suite.proposeNote('hello');
  await reject(suite, id, { category: 'unsafe', reason: 'A secret of ours.' });
  const { moved } = await movedAfter(suite.ledger.db, { after: 0, of: 'all', limit: 10 });
  const told = moved.map((one) => messageOf(suite.ledger.db, { to: 'runner' }, one, suite.consoleUrl));
  const [waits, rejected] = await Promise.all(told);
  expect(JSON.parse(waits ?? '')).not.toHaveProperty('category');
  expect(JSON.parse(rejected ?? '')).toMatchObject({ status: 'rejected', category: 'unsafe' });
  expect(rejected).not.toContain('secret');
});

describe('a new version', () => {
  test('tells which it is, what was said of those before, and of what is newer', async () => {
    const suite = await startSuite();
    const one = await suite.proposeNote('one');
    await reject(suite, one);
    const two = await suite.proposeNote('two', { supersedes: one });
    const three = await suite.proposeNote('three', { supersedes: two });
    const { versions } = await shown(suite, three);
    expect(versions).toEqual({
      version: 3,
      last: false,
      earlier: [
        expect.objectContaining({
          change_id: one,
          version: 1,
          status: 'rejected',
          rejected: expect.objectContaining({ category: 'needs_changes', reason: 'Shorter.', signature: 'valid' }),
        }),
        { change_id: two, version: 2, status: 'superseded', rejected: null },
      ],
      newer: null,
    });
    const newer = { change_id: three, status: 'pending_approval' };
    expect((await shown(suite, two)).versions).toMatchObject({ version: 2, newer });
    const { changes } = (await suite.ask('/api/changes')).body;
    const known = Object.fromEntries(changes.map(({ change_id: id, version }: Body) => [id, version]));
    expect(known).toEqual({ [three]: 3, [two]: 2, [one]: 1 });
    expect((await since(suite, one)).status).toBe(404);
    const { seal } = await shown(suite, two);
    const late = await suite.ask(`/api/changes/${two}/decision`, { body: { decision: 'approve', seal } });
    expect(late).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining('newer version') } } });
  });

  test('is compared file by file with the one before, and what stayed is counted', async () => {
    const suite = await startSuite();
    const lines = (count: number, first: string) =>
      `${first}\n${Array.from({ length: count }, (_, index) => `line ${index}`).join('\n')}\n`;
    const image = (size: number) => Buffer.from(png(size, size, [0, 0, 0])).toString('base64');
    const first = {
      title: 'First',
      files: [
        { path: 'a.txt', content: lines(50, 'old <b>') },
        { path: 'same.txt', content: 'same\n' },
        { path: 'gone.txt', content: 'gone\n' },
        { path: 'pic.png', base64: image(2) },
        { path: 'src/app.ts', edits: [{ find: 'two', replace: '2' }] },
      ],
    };
    const old = await suite.proposeFiles(first);
    await reject(suite, old);
    const id = await suite.proposeFiles({
      title: 'Second',
      supersedes: old,
      files: [
        { path: 'a.txt', content: lines(50, 'new \u202e') },
        { path: 'same.txt', content: 'same\n' },
        { path: 'pic.png', base64: image(3) },
        { path: 'README.md', content: '# Web 2\n' },
        { path: 'package.json', content: '{ "dependencies": { "x": "1.0.0" } }\n' },
      ],
    });
    const { status, body } = await since(suite, id, '?lines=1000');
    expect(status).toBe(200);
    const parts = new Map<string, Body>(body.parts.map((part: Body) => [part.name, part]));
    const changed = (name: string) => {
      const { what, effect } = parts.get(name) ?? {};
      const lined = effect?.diff?.hunks.flatMap((hunk: Body) => hunk.lines) ?? [];
      return [what, ...lined.filter((line: string) => /^[+-]/.test(line))];
    };
    expect(changed('a.txt')).toEqual(['changed', '-old <b>', '+new ⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩']);
    expect(changed('gone.txt')).toEqual(['dropped', '-gone']);
    expect(changed('src/app.ts')).toEqual(['dropped', '-2', '+two']);
    expect(changed('README.md')).toEqual(['added', '-# Web', '+# Web 2']);
    expect(parts.get('pic.png')).toMatchObject({ what: 'changed', effect: { diff: null, after: { binary: true } } });
    expect(body.parts.find(({ effect }: Body) => effect.before === 'First')).toMatchObject({
      what: 'changed',
      effect: { kind: 'field', after: 'Second' },
    });
    expect(body.same).toContain('same.txt');
    expect(body).toMatchObject({ version: 2, before: old, missing: null, branch: null });
    expect(body.flags.added.map(({ code }: Body) => code)).toContain('hidden_characters');

    const few = (await since(suite, id, '?lines=1')).body.parts.findIndex(({ name }: Body) => name === 'a.txt');
    const rest = await since(suite, id, `/diff?part=${few}&from=1`);
    expect(rest.body.hunks.flatMap((hunk: Body) => hunk.lines)).toContain(' line 49');
    expect((await since(suite, id, '/diff?part=999')).status).toBe(404);
    expect((await since(suite, id, '?lines=-1')).status).toBe(400);
  });

  test('of one whose contents were dropped says so, and still names the files', async () => {
    const suite = await startSuite();
    const old = await suite.proposeFiles({ files: [{ path: 'a.txt', content: 'old\n' }] });
    await reject(suite, old);
    const id = await suite.proposeFiles({ supersedes: old, files: [{ path: 'a.txt', content: 'new\n' }] });
    const { db } = suite.ledger;
    await sql`insert into content_drops (sha256, days, at) select sha256, 30, '' from content_uses
      where change_id = ${old} and sha256 not in (select sha256 from content_uses where change_id = ${id})`.execute(db);
    await sql`delete from content_chunks where sha256 in (select sha256 from content_drops)`.execute(db);
    const { body } = await since(suite, id);
    expect(body.missing).toMatch(/dropped/);
    expect(body.parts).toContainEqual({ what: 'changed', name: 'a.txt', effect: null });
    expect((await since(suite, id, '/diff?part=0')).status).toBe(410);
  });
});

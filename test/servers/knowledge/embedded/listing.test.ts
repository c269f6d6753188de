import { expect, test } from 'vitest';
import { markdown, newBase, present, refOf, update } from './base.ts';

test('a cursor tells no number of anything else, and is none of another list', async () => {
  const { add, page, reader, write } = newBase();
  const root = await page(add('handbook', { title: 'Root' }));
  for (let at = 0; at < 30; at += 1) add('people', { title: `Person ${at}` });
  for (let at = 0; at < 3; at += 1) {
    add('handbook', { title: `Page ${at}`, under: root.id });
    await write({ kind: 'comment', page: refOf(root), body: markdown(`${at}`), replyTo: null });
    await write(update(await page(root.id), `${at}`));
  }
  const { namespace } = root;
  const lists = [
    (cursor?: string) => reader.children(namespace, root.id, { limit: 1, cursor }),
    (cursor?: string) => reader.comments(root, { limit: 1, cursor }),
    (cursor?: string) => reader.history(root, { limit: 1, cursor }),
    (cursor?: string) => reader.pastPages(namespace, null, { limit: 1, cursor }),
  ];
  const cursors = await Promise.all(lists.map(async (list) => present((await list()).cursor)));
  for (const [at, list] of lists.entries()) {
    const text = Buffer.from(present(cursors[at]), 'base64url').toString();
    expect(JSON.parse(text)).toEqual([expect.any(String), expect.stringMatching(/^(?:pg|rv|cm)_/)]);
    for (const [other, cursor] of cursors.entries()) {
      if (other === at) expect((await list(cursor)).items).toHaveLength(1);
      else await expect(list(cursor)).rejects.toMatchObject({ code: 'invalid_arguments' });
    }
    await expect(list('no cursor')).rejects.toMatchObject({ code: 'invalid_arguments' });
  }
});

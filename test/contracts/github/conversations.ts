import { describe, expect, test } from 'vitest';
import { type Bench, commitTo } from './bench.ts';

const stale = { name: 'NotDone', kind: 'stale' };
const refused = { name: 'NotDone', kind: 'refused' };

/** What is said on pull requests, and at their lines. */
export function conversationsContract(at: () => Bench): void {
  describe('conversations', () => {
    test('a comment, what it says later, and its end', async () => {
      const { reader, name, writer, newPull, settled } = at();
      const write = await writer();
      const { number, nodeId } = await newPull(write);
      const other = await newPull(write);
      await write.comment({ pullRequest: nodeId, body: 'One' });
      const said = await write.comment({ pullRequest: nodeId, body: 'Two\nlines' });
      const own = await reader.ownLogin();
      const place = { number, nodeId: said.nodeId };
      const found = await settled(async () => {
        const comment = await reader.comment(name, place);
        expect(comment).toEqual({ ...said, body: 'Two\nlines', author: own, editor: null });
        return comment;
      });
      await settled(async () => {
        const page = await reader.comments(name, number, { limit: 2 });
        expect(page.items).toHaveLength(2);
        expect(page.items).toContainEqual(found);
      });
      for (const elsewhere of [
        { ...place, number: other.number },
        { number, nodeId },
        { number, nodeId: 'IC_nothing' },
      ]) {
        expect(await reader.comment(name, elsewhere)).toBeNull();
      }
      const deletion = { nodeId: said.nodeId, body: 'Two\nlines' };
      await expect(write.deleteComment({ ...deletion, body: 'Other' })).rejects.toMatchObject(stale);
      await write.deleteComment(deletion);
      await settled(async () => expect(await reader.comment(name, place)).toBeNull());
      await expect(write.deleteComment(deletion)).rejects.toMatchObject(stale);
    });

    test('an answer at a line and its end, and a thread that is settled and opened again', async () => {
      const { place, reader, name, writer, newPull, settled } = at();
      const write = await writer();
      const { number, nodeId, head } = await newPull(write);
      await place.bystander.remark(number, { body: 'Why?', commit: head, path: 'said.txt', line: 1 });
      const thread = await settled(async () => {
        const { items } = await reader.reviewThreads(name, number, { limit: 1 });
        expect(items).toMatchObject([{ path: 'said.txt', line: 1, resolved: false, outdated: false, total: 1 }]);
        return items[0]?.nodeId ?? '';
      });
      const own = await reader.ownLogin();
      const said = await write.replyInThread({ thread, body: 'Because.' });
      await settled(async () => {
        expect(await reader.reviewThread(name, { number, nodeId: thread })).toEqual({
          ...{ nodeId: thread, path: 'said.txt', line: 1, resolved: false, total: 2 },
          begins: { author: own, body: 'Why?' },
          newest: [expect.objectContaining({ body: 'Why?' }), { ...said, body: 'Because.', author: own, editor: null }],
        });
      });
      for (const none of [said.nodeId, 'PRRT_nothing']) {
        expect(await reader.reviewThread(name, { number, nodeId: none })).toBeNull();
      }
      for (const resolved of [true, false]) {
        await write.settleThread({ nodeId: thread, resolved });
        await settled(async () => {
          expect(await reader.reviewThread(name, { number, nodeId: thread })).toMatchObject({ resolved });
          const listed = await reader.reviewThreads(name, number, { limit: 1 });
          expect(listed).toMatchObject({ items: [{ nodeId: thread, resolved }], cursor: null });
        });
        await expect(write.settleThread({ nodeId: thread, resolved })).rejects.toMatchObject(stale);
      }
      const deletion = { nodeId: said.nodeId, body: 'Because.', atLine: true };
      await expect(write.deleteComment({ ...deletion, body: 'Other' })).rejects.toMatchObject(stale);
      await write.deleteComment(deletion);
      await settled(async () => expect(await reader.comment(name, { number, nodeId: said.nodeId })).toBeNull());
      await expect(write.deleteComment(deletion)).rejects.toMatchObject(stale);
      await place.bystander.lock(nodeId);
      await settled(async () => expect(await reader.pullRequest(name, number)).toMatchObject({ locked: true }));
    });

    test('threads at lines in pages, their newest comments, and lines that are gone', async () => {
      const { place, reader, name, repository, base, writer, newBranch, settled } = at();
      const write = await writer();
      const branch = await newBranch(write);
      const files = { 'a.txt': 'one\ntwo\n', 'b.txt': 'one\n' };
      const { oid: commit } = await commitTo(write, { repository, branch, head: base.oid, files });
      const about = { repository, head: branch, base: base.name, title: 'Talked about', body: '', draft: true };
      const { number } = await write.openPullRequest(about);
      const first = await place.bystander.remark(number, { body: 'Why two?', commit, path: 'a.txt', line: 2, from: 1 });
      for (let reply = 1; reply <= 5; reply += 1) await place.bystander.answer(number, first, `Reply ${reply}`);
      await place.bystander.remark(number, { body: 'And here?', commit, path: 'b.txt', line: 1 });
      const page = await settled(async () => {
        const read = await reader.reviewThreads(name, number, { limit: 1 });
        expect(read.items).toMatchObject([{ path: 'a.txt', line: 2, startLine: 1, outdated: false, total: 6 }]);
        expect(read.cursor).not.toBeNull();
        return read;
      });
      const bodies = page.items[0]?.comments.map(({ body }) => body);
      expect(bodies).toEqual(['Why two?', 'Reply 2', 'Reply 3', 'Reply 4', 'Reply 5']);
      await commitTo(write, { repository, branch, head: commit, files: { 'b.txt': 'other\n' } });
      await settled(async () => {
        const rest = await reader.reviewThreads(name, number, { limit: 1, cursor: page.cursor ?? '' });
        expect(rest).toMatchObject({ items: [{ path: 'b.txt', line: null, outdated: true, total: 1 }], cursor: null });
      });
    });

    test('with a token for comments nothing else is written', async () => {
      const { repository, base, prefix, writer, newPull } = at();
      const { nodeId } = await newPull(await writer());
      const write = await writer('comment_on_pull_request');
      const branching = write.createBranch({ repository, branch: `${prefix}/forbidden`, oid: base.oid });
      await expect(branching).rejects.toMatchObject(refused);
      const { nodeId: comment } = await write.comment({ pullRequest: nodeId, body: 'x' });
      await write.deleteComment({ nodeId: comment, body: 'x' });
      const ready = write.changePullRequest({ nodeId, from: { draft: true }, to: { draft: false } });
      await expect(ready).rejects.toMatchObject(refused);
    });
  });
}

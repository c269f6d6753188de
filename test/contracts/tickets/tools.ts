import { describe, expect, test } from 'vitest';
import type { Ticket } from '#capabilities/ticket-read/ports.ts';
import { call } from '#test/capabilities/ticket-read/call.ts';
import * as drive from '#test/capabilities/ticket-write/drive.ts';
import { newMark, present } from '#test/contracts/common.ts';
import { type Bench, theirs } from './bench.ts';

/** The reader and the writers of a place, as the tools are driven with them. */
const trackerOf = ({ reader, write }: Bench): drive.Tracker => ({ reader: () => reader, writer: () => ({ write }) });

/** Each tool from its call to its undo, on the backend itself. */
export function toolsContract(at: () => Bench): void {
  const propose = (name: string, args: Record<string, unknown>) => drive.propose(trackerOf(at()), name, args);
  const carryOut = (proposal: drive.Proposal) => drive.carryOut(trackerOf(at()), proposal, { by: newMark() });
  const restore = (done: drive.Done) => drive.restore(trackerOf(at()), done, 'refuse', newMark());
  const apply = async (name: string, args: Record<string, unknown>) => carryOut(await propose(name, args));
  const read = (name: string, args: Record<string, unknown>) =>
    call(at().reader, name, args, { projects: [at().project.key] });

  /** What a restore has to bring back: what nobody writes, such as the time, is another one. */
  const kept = ({ title, description, labels, assignees, priority, parent, due, status, type }: Ticket) => {
    return { title, text: description?.text.trim() ?? '', labels, assignees, priority, parent, due, status, type };
  };

  describe('tools', () => {
    test('create_ticket makes one, and its undo puts it away', async () => {
      const { place, reader, run, type, now, project } = at();
      const title = `countersign-contract ${run} made by a tool`;
      const args = {
        project: project.key,
        type: type.name,
        title,
        description: 'What to do',
        labels: [place.labels[0]],
      };
      const done = await apply('create_ticket', args);
      const { key, id } = Object.values(done.receipts)[0] as { key: string; id: string };
      const made = present(await reader.ticket(key));
      expect(made).toMatchObject({ id, title, labels: [place.labels[0]] });
      await restore(done);
      const after = await now(made);
      expect(after.archived || after.status.category === 'done').toBe(true);
    });

    test('update_ticket writes fields, and its undo brings each of them back', async () => {
      const { newTicket, now, place, text } = at();
      const made = await newTicket({ description: text('One\n\nTwo'), labels: [place.labels[0]] });
      const { version } = await read('get_ticket', { ticket: made.key });
      const done = await apply('update_ticket', {
        ...{ ticket: made.key, expected_version: version, title: `${made.title} changed` },
        ...{ description_edits: [{ find: 'Two', replace: 'Three' }], labels: [place.labels[1]] },
      });
      const then = await now(made);
      expect(then).toMatchObject({ title: `${made.title} changed`, labels: [place.labels[1]] });
      expect(then.description?.text.trim()).toBe('One\n\nThree');
      const undone = await restore(done);
      expect(kept(await now(made))).toEqual(kept(made));
      await restore(undone);
      expect(kept(await now(made))).toEqual(kept(then));
    });

    test('update_ticket leaves alone what somebody changed after it was proposed', async (context) => {
      const { newTicket, now, place } = at();
      const { retitle } = place.others;
      if (retitle === undefined) return context.skip('nobody else is there');
      const made = await newTicket();
      const proposal = await propose('update_ticket', { ticket: made.key, title: `${made.title} ours` });
      await retitle(made, theirs(made));
      expect(await drive.still(trackerOf(at()), proposal)).toEqual({ stale: expect.any(String) });
      await expect(carryOut(proposal)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
      expect((await now(made)).title).toBe(theirs(made));
    });

    test('update_ticket is not undone over what somebody wrote since, unless that is meant', async (context) => {
      const { newTicket, now, place } = at();
      const { retitle } = place.others;
      if (retitle === undefined) return context.skip('nobody else is there');
      const made = await newTicket();
      const done = await apply('update_ticket', { ticket: made.key, title: `${made.title} ours` });
      await retitle(made, theirs(made));
      await expect(restore(done)).rejects.toThrow();
      expect((await now(made)).title).toBe(theirs(made));
      await drive.restore(trackerOf(at()), done, 'overwrite', newMark());
      expect((await now(made)).title).toBe(made.title);
    });

    test('transition_ticket brings a ticket on, and its undo brings it back where a transition leads there', async () => {
      const { newTicket, now, place } = at();
      const made = await newTicket();
      const done = await apply('transition_ticket', { ticket: made.key, to_status: place.statuses[1] });
      expect((await now(made)).status.name).toBe(place.statuses[1]);
      await restore(done);
      expect((await now(made)).status).toEqual(made.status);
    });

    test('transition_ticket says what it cannot reach before anything is written', async (context) => {
      const { newTicket, place } = at();
      if (place.unreachable === null) return context.skip('every status can be reached from each');
      const made = await newTicket();
      const proposing = propose('transition_ticket', { ticket: made.key, to_status: place.unreachable });
      await expect(proposing).rejects.toMatchObject({ name: 'AppError' });
    });

    test('create_ticket says which field a type needs before anything is written', async (context) => {
      const { place, run } = at();
      if (place.demanding === undefined) return context.skip('no type needs a field here');
      const args = { project: place.project, type: place.demanding, title: `countersign-contract ${run} incomplete` };
      const needed = at()
        .project.types.filter(({ name }) => name === place.demanding)
        .flatMap(({ custom }) => custom.filter(({ required }) => required));
      expect(needed.length).toBeGreaterThan(0);
      await expect(propose('create_ticket', args)).rejects.toMatchObject({ name: 'AppError' });
      for (const { name } of needed) await expect(propose('create_ticket', args)).rejects.toThrow(name);
    });

    test('nothing is made in an archived project', async (context) => {
      const { place, run, type, reader } = at();
      if (place.archived === undefined) return context.skip('no project is archived here');
      expect((await reader.project(place.archived))?.archived).toBe(true);
      const args = { project: place.archived, type: type.name, title: `countersign-contract ${run} too late` };
      await expect(propose('create_ticket', args)).rejects.toMatchObject({ name: 'AppError' });
    });

    test('a ticket that moves out of the scope is not there any more, and what was proposed for it is stale', async (context) => {
      const { newTicket, now, place } = at();
      const { move } = place.others;
      if (move === undefined) return context.skip('nobody moves tickets here');
      const made = await newTicket();
      const proposals = [
        await propose('update_ticket', { ticket: made.key, title: `${made.title} ours` }),
        await propose('add_comment', { ticket: made.key, body: 'Ours' }),
        await propose('transition_ticket', { ticket: made.key, to_status: place.statuses[1] }),
      ];
      await move(made);
      for (const proposal of proposals) {
        expect(await drive.still(trackerOf(at()), proposal)).toEqual({ stale: expect.any(String) });
        await expect(carryOut(proposal)).rejects.toMatchObject({ name: 'NotDone' });
      }
      expect(await now(made)).toMatchObject({ title: made.title, comments: expect.toBeOneOf([0, null]) });
      await expect(read('get_ticket', { ticket: made.key })).rejects.toMatchObject({ code: 'not_found' });
    });

    test('add_comment says something, and its undo takes the words back', async () => {
      const { newTicket, reader } = at();
      const made = await newTicket();
      const done = await apply('add_comment', { ticket: made.key, body: 'Fixed with **care**' });
      const texts = async () => (await reader.comments(made, { limit: 5 })).items.map(({ body }) => body.text.trim());
      expect(await texts()).toEqual(['Fixed with **care**']);
      const undone = await restore(done);
      expect(await texts()).toEqual([expect.not.stringContaining('care')]);
      await restore(undone);
      expect(await texts()).toEqual(['Fixed with **care**']);
    });

    test('update_comment changes our own words, and back', async () => {
      const { newTicket, reader, write, text } = at();
      const made = await newTicket();
      const { id } = await write({ kind: 'comment', ticket: made, body: text('First'), visibleTo: 'team' });
      const done = await apply('update_comment', { ticket: made.key, comment: id, body: 'Second' });
      expect((await reader.comment(made, id))?.body.text.trim()).toBe('Second');
      await restore(done);
      expect((await reader.comment(made, id))?.body.text.trim()).toBe('First');
    });

    test('link_tickets links two, and its undo takes the link off', async (context) => {
      const { newTicket, now, reader } = at();
      if (reader.backend.lacks.includes('link_tickets')) return context.skip('there are no links here');
      const [one, another] = [await newTicket(), await newTicket()];
      const [type] = await reader.linkTypes();
      const relation = present(type).outward;
      const done = await apply('link_tickets', { ticket: one.key, relation, other: another.key });
      expect((await now(one)).links).toMatchObject([{ other: { id: another.id } }]);
      await restore(done);
      expect((await now(one)).links).toEqual([]);
    });

    test('archive_ticket puts one away, and its undo brings it back', async (context) => {
      const { newTicket, now, reader } = at();
      if (reader.backend.lacks.includes('archive_ticket')) return context.skip('nothing can be archived here');
      const made = await newTicket();
      const done = await apply('archive_ticket', { ticket: made.key });
      expect((await now(made)).archived).toBe(true);
      await restore(done);
      expect(await now(made)).toMatchObject({ archived: false, title: made.title });
    });

    test('the reads show what was written', async () => {
      const { newTicket, write, text, settled, run, place } = at();
      const made = await newTicket({ description: text('Why it matters') });
      await write({ kind: 'comment', ticket: made, body: text('A word'), visibleTo: 'team' });
      const shown = await read('get_ticket', { ticket: made.key });
      expect(shown).toMatchObject({
        ticket: made.key,
        title: made.title,
        created_by_you: true,
        comments: [{ body: expect.stringMatching(/^A word\s*$/) }],
      });
      const { transitions } = (await read('list_transitions', { ticket: made.key })) as { transitions?: unknown };
      expect(transitions).toContainEqual(expect.objectContaining({ to: place.statuses[1] }));
      await read('get_ticket_history', { ticket: made.key });
      await read('list_projects', { project: place.project });
      await settled(async () => {
        const { tickets } = (await read('search_tickets', { query: `${run} is:open` })) as { tickets?: unknown };
        expect(tickets).toContainEqual(expect.objectContaining({ ticket: made.key }));
      });
    });

    test('a ticket outside the scope answers as one that is not there', async (context) => {
      const { newTicket, other } = at();
      if (other === null) return context.skip('there is no other project');
      const { key } = await newTicket({}, other);
      const said = (ticket: string): Promise<string> =>
        read('get_ticket', { ticket }).then(JSON.stringify, (error: Error) => error.message);
      const absent = key.replace(/\d+$/, '99999999');
      expect(await said(key)).toBe((await said(absent)).replace(absent, key));
    });
  });
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ticket } from '#capabilities/ticket-read/ports.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import { newChangeId } from '#shared/changes/ids.ts';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import { newMark, present } from '#test/contracts/common.ts';
import { refOf } from '#test/contracts/tickets/bench.ts';
import { describeLinear } from '#test/fakes/linear/describe.ts';
import { issueOf, issueType, type LinearPlace, markdown, newTicket, openOn, openPlace, write } from './place.ts';

const stale = { name: 'NotDone', kind: 'stale' };
const refused = { name: 'NotDone', kind: 'refused' };
const isInDoubt = (error: unknown) => error instanceof Error && error.name !== 'NotDone';

describeLinear('writing to Linear', () => {
  let place: LinearPlace;
  beforeAll(async () => {
    place = await openPlace();
  });
  afterAll(() => place.close());

  const now = async ({ id }: Ticket) => present(await place.backend.reader.ticketById(id));
  const landed = (wanted: TicketWrite, mark = newMark()) => place.backend.reader.landed(wanted, mark);
  const sentOf = (field: string) => place.fake.sent.filter((each) => each.field === field);
  const moveTo = async (ticket: Ticket, name: string): Promise<TicketWrite> => {
    const all = await place.backend.reader.transitions(ticket);
    const transition = present(all.find((each) => each.name === name));
    return { kind: 'transition', ticket, from: ticket.status, transition };
  };

  test('every field is written, in one request, and read back', async () => {
    const { reader } = place.backend;
    const web = present(await reader.project('WEB'));
    const [ticket, parent] = [await newTicket(place, { labels: ['bug'] }), await newTicket(place)];
    const alice = present(await reader.assignable(web, 'Alice Ito'));
    const set = {
      ...{
        title: 'Новый 👩🏽‍🚀 \u202eTitle',
        description: markdown('# Text\n\n* one'),
        labels: ['agent'],
        assignees: [alice],
      },
      ...{ priority: present(web.priorities[1]), parent: refOfTicket(parent), due: '2026-12-24' },
    };
    const empty = {
      title: ticket.title,
      description: null,
      labels: ['bug'],
      assignees: [],
      priority: null,
      parent: null,
      due: null,
    };
    const before = sentOf('issueUpdate').length;
    expect(await write(place, { kind: 'update', ticket, expect: empty, set })).toMatchObject({
      id: ticket.id,
      differs: [],
    });
    expect(sentOf('issueUpdate').length).toBe(before + 1);
    expect(await now(ticket)).toMatchObject(set);
    expect(await write(place, { kind: 'update', ticket, expect: set, set: empty })).toMatchObject({ differs: [] });
    expect(await now(ticket)).toMatchObject(empty);
  });

  test('labels that somebody else puts on in the meantime stay', async () => {
    const ticket = await newTicket(place, { labels: ['bug'] });
    const theirs = place.fake.workspace.label('theirs');
    const first = () => issueOf(place, ticket).labelIds.push(theirs.id);
    place.fake.mishaps.push({ on: 'issueUpdate', act: { first } });
    const written = await write(place, {
      kind: 'update',
      ticket,
      expect: { labels: ['bug'] },
      set: { labels: ['agent'] },
    });
    expect(written.differs).toEqual(['labels']);
    expect((await now(ticket)).labels).toEqual(['agent', 'theirs']);
  });

  test('a label that is not there, or is there twice, is refused, and none is made', async () => {
    const { workspace } = place.fake;
    const ticket = await newTicket(place);
    workspace.label('twice');
    workspace.label('twice', { teamId: place.web.id });
    workspace.label('group', { isGroup: true });
    workspace.label('retired', { retiredAt: workspace.now() });
    workspace.label('of ops', { teamId: place.ops.id });
    const before = workspace.labels.size;
    for (const label of ['unknown', 'twice', 'group', 'retired', 'of ops', 'BUG']) {
      const writing = write(place, { kind: 'update', ticket, expect: {}, set: { labels: [label] } });
      await expect(writing).rejects.toMatchObject({
        ...refused,
        message: expect.stringMatching(/^A label .* Nothing was done\.$/),
      });
    }
    expect(workspace.labels.size).toBe(before);
  });

  test('an application is made the delegate, and a person the assignee; two of a kind are refused', async () => {
    const { reader } = place.backend;
    const [ticket, self] = [await newTicket(place), await reader.self()];
    const web = present(await reader.project('WEB'));
    const [alice, bob] = [
      present(await reader.assignable(web, 'Alice Ito')),
      present(await reader.assignable(web, 'Bob Weiss')),
    ];
    await write(place, { kind: 'update', ticket, expect: { assignees: [] }, set: { assignees: [self] } });
    expect(issueOf(place, ticket)).toMatchObject({ assigneeId: null, delegateId: self.id });
    expect((await now(ticket)).assignees).toEqual([self]);
    const both = [self, alice].sort((one, other) => (one.id < other.id ? -1 : 1));
    await write(place, { kind: 'update', ticket, expect: { assignees: [self] }, set: { assignees: both } });
    expect((await now(ticket)).assignees).toEqual(both);
    const writing = write(place, {
      kind: 'update',
      ticket,
      expect: { assignees: both },
      set: { assignees: [alice, bob] },
    });
    await expect(writing).rejects.toMatchObject(refused);
  });

  test('what Linear keeps otherwise than it was written is named', async () => {
    const { workspace } = place.fake;
    const { keeps } = workspace;
    workspace.keeps = (text) => text.replaceAll('- ', '* ');
    try {
      const ticket = await newTicket(place);
      const set = { title: 'Same', description: markdown('- one') };
      expect((await write(place, { kind: 'update', ticket, expect: {}, set })).differs).toEqual(['description']);
      const said = await write(place, { kind: 'comment', ticket, body: markdown('- two'), visibleTo: 'team' });
      expect(said.differs).toEqual(['body']);
    } finally {
      workspace.keeps = keeps;
    }
  });

  test('nothing is written to what changed, moved, or went into the trash since', async () => {
    const { workspace } = place.fake;
    const [ticket, moved, gone] = [await newTicket(place), await newTicket(place), await newTicket(place)];
    const transition = await moveTo(ticket, 'Done');
    issueOf(place, ticket).stateId = workspace.stateOf(place.web, 'Todo').id;
    await expect(write(place, transition)).rejects.toMatchObject(stale);
    workspace.move(issueOf(place, moved), place.ops, place.alice.id);
    await expect(write(place, { kind: 'archive', ticket: moved })).rejects.toMatchObject(stale);
    issueOf(place, gone).trashed = true;
    await expect(
      write(place, { kind: 'comment', ticket: gone, body: markdown('x'), visibleTo: 'team' }),
    ).rejects.toMatchObject(stale);
    await expect(write(place, { kind: 'unarchive', ticket })).rejects.toMatchObject(stale);
    expect(workspace.stateOf(place.web, 'Todo').id).toBe(issueOf(place, ticket).stateId);
  });

  test('a writer writes to the target of its permit alone, for its change, and no longer than that', async () => {
    const [ticket, other] = [await newTicket(place), await newTicket(place)];
    const target = { projectId: place.web.id, project: 'WEB', ticketId: other.id };
    await expect(write(place, { kind: 'archive', ticket }, { target })).rejects.toMatchObject(refused);
    const wanted = { kind: 'create', project: refOf(ticket.project), type: issueType, fields: { title: 'x' } } as const;
    await expect(write(place, wanted, { target })).rejects.toMatchObject(refused);
    expect((await now(ticket)).archived).toBe(false);
  });

  test('comments are made, and corrected where they are as expected; those of others are not ours to correct', async () => {
    const ticket = await newTicket(place);
    const { id } = await write(place, { kind: 'comment', ticket, body: markdown('First'), visibleTo: 'team' });
    const made = present(await place.backend.reader.comment(ticket, id));
    expect(made).toMatchObject({ author: { standing: 'app' }, body: markdown('First'), visibleTo: 'team' });
    const edit = {
      kind: 'edit_comment',
      ticket,
      comment: made,
      expect: markdown('First'),
      body: markdown('Second'),
    } as const;
    expect(await landed(edit)).toBe('not_found');
    expect(await write(place, edit)).toMatchObject({ id, differs: [] });
    expect(await landed(edit)).toMatchObject({ landed: { id } });
    await expect(write(place, edit)).rejects.toMatchObject(stale);
    const theirs = place.fake.workspace.say(ticket.id, 'Theirs', { userId: place.alice.id });
    const comment = present(await place.backend.reader.comment(ticket, theirs.id));
    const writing = write(place, { ...edit, comment, expect: markdown('Theirs') });
    await expect(writing).rejects.toMatchObject(refused);
  });

  test('tickets are linked and unlinked; a link that is there is not made again, and duplicates are not made here', async () => {
    const [outward, inward] = [await newTicket(place), await newTicket(place, {}, 'OPS')];
    const [type, related] = await place.backend.reader.linkTypes();
    const link = {
      kind: 'link',
      type: present(type),
      outward: refOfTicket(outward),
      inward: refOfTicket(inward),
    } as const;
    const { id } = await write(place, link);
    expect((await now(outward)).links).toMatchObject([{ id, end: 'outward', type, other: { key: inward.key } }]);
    expect((await now(inward)).links).toMatchObject([{ id, end: 'inward', type, other: { key: outward.key } }]);
    await expect(write(place, link)).rejects.toMatchObject(stale);
    await write(place, { ...link, outward: link.inward, inward: link.outward });
    await write(place, { ...link, type: present(related) });
    const turned = { ...link, type: present(related), outward: link.inward, inward: link.outward };
    await expect(write(place, turned)).rejects.toMatchObject(stale);
    const unlink = { ...link, kind: 'unlink', id } as const;
    expect(await landed(unlink)).toBe('not_found');
    await write(place, unlink);
    expect(await landed(unlink)).toMatchObject({ landed: { id } });
    await expect(write(place, unlink)).rejects.toMatchObject(stale);
    const duplicate = { id: 'duplicate', outward: 'duplicates', inward: 'is duplicated by' };
    await expect(write(place, { ...link, type: duplicate })).rejects.toMatchObject(refused);
  });

  test('a comment or a link on a ticket that was moved since is not written', async () => {
    const [ticket, other] = [await newTicket(place), await newTicket(place)];
    const { id } = await write(place, { kind: 'comment', ticket, body: markdown('First'), visibleTo: 'team' });
    const comment = present(await place.backend.reader.comment(ticket, id));
    place.fake.workspace.move(issueOf(place, ticket), place.ops, place.alice.id);
    const edit = { kind: 'edit_comment', ticket, comment, expect: comment.body, body: markdown('Second') } as const;
    await expect(write(place, edit)).rejects.toMatchObject(stale);
    const type = present((await place.backend.reader.linkTypes())[0]);
    await expect(write(place, { kind: 'link', type, outward: other, inward: ticket })).rejects.toMatchObject(stale);
  });

  test('what is made twice under one mark is there once, and under another mark twice', async () => {
    const ticket = await newTicket(place);
    const mark = newMark();
    const wanted = { kind: 'comment', ticket, body: markdown('Once'), visibleTo: 'team' } as const;
    const first = await write(place, wanted, { mark });
    expect(await write(place, wanted, { mark })).toEqual(first);
    expect(first.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    await write(place, wanted);
    expect((await place.backend.reader.comments(ticket, { limit: 10 })).items.map(({ body }) => body.text)).toEqual([
      'Once',
      'Once',
    ]);
  });

  test('a lost answer leaves a write in doubt, and then it is found; a lost request too, and then it is not', async () => {
    const { fake } = place;
    const ticket = await newTicket(place);
    const update = { kind: 'update', ticket, expect: { title: ticket.title }, set: { title: 'Ours' } } as const;
    const writes = [update, await moveTo(ticket, 'In Review'), { kind: 'archive', ticket } as const];
    for (const wanted of writes) {
      expect(await landed(wanted)).toBe('not_found');
      fake.mishaps.push({ on: 'mutation', act: 'lose_request' });
      await expect(write(place, wanted)).rejects.toSatisfy(isInDoubt);
      expect(await landed(wanted)).toBe('not_found');
      fake.mishaps.push({ on: 'mutation', act: 'lose_answer' });
      await expect(write(place, wanted)).rejects.toSatisfy(isInDoubt);
      expect(await landed(wanted)).toMatchObject({ landed: { id: ticket.id, key: ticket.key } });
    }
  });

  test('what somebody took back after its answer was lost is for a person to settle', async () => {
    const { fake, alice } = place;
    const ticket = await newTicket(place);
    const { title } = ticket;
    const [wanted, mark] = [{ kind: 'update', ticket, expect: { title }, set: { title: 'Ours' } } as const, newMark()];
    fake.mishaps.push({ on: 'mutation', act: 'lose_answer' });
    await expect(write(place, wanted, { mark })).rejects.toSatisfy(isInDoubt);
    fake.workspace.change(issueOf(place, ticket), { title }, alice.id, { fromTitle: 'Ours', toTitle: title });
    expect(await landed(wanted, mark)).toBe('unclear');
  });

  test('what somebody else did the same is not taken for ours', async () => {
    const { workspace } = place.fake;
    const ticket = await newTicket(place);
    const wanted = { kind: 'update', ticket, expect: { title: ticket.title }, set: { title: 'Same' } } as const;
    const issue = issueOf(place, ticket);
    workspace.change(issue, { title: 'Same' }, place.alice.id, { fromTitle: issue.title, toTitle: 'Same' });
    expect(await landed(wanted)).toBe('unclear');
    const made = newMark();
    const create = {
      kind: 'create',
      project: refOf(ticket.project),
      type: issueType,
      fields: { title: 'Stolen' },
    } as const;
    const { id } = await write(place, create, { mark: made });
    Object.assign(issueOf(place, { id }), { creatorId: place.alice.id });
    expect(await landed(create, made)).toBe('unclear');
    await expect(write(place, create, { mark: made })).rejects.toSatisfy(isInDoubt);
  });

  test('a comment that somebody else wrote is not taken for ours, whatever its id', async () => {
    const [ticket, mark] = [await newTicket(place), newMark()];
    const wanted = { kind: 'comment', ticket, body: markdown('Hello'), visibleTo: 'team' } as const;
    const { id } = await write(place, wanted, { mark });
    expect(await landed(wanted, mark)).toMatchObject({ landed: { id } });
    Object.assign(present(place.fake.workspace.comments.get(id)), { userId: place.alice.id });
    expect(await landed(wanted, mark)).toBe('unclear');
  });

  test('a writer writes nothing once its change is done, and nothing under the mark of another one', async () => {
    const { door } = place.backend;
    const [ticket, mark] = [await newTicket(place), newMark()];
    const wanted = { kind: 'comment', ticket, body: markdown('Hello'), visibleTo: 'team' } as const;
    const target = { projectId: ticket.project.id, project: ticket.project.key, ticketId: ticket.id };
    const permit = mintPermit({ changeId: mark.changeId, tool: 'any', step: 'comment', target });
    const writer = await door.open(permit);
    const other = { ...newMark(), changeId: newChangeId(new Date(0)) };
    await expect(writer.write(wanted, other)).rejects.toMatchObject(refused);
    await door.done(mark.changeId);
    await expect(writer.write(wanted, mark)).rejects.toMatchObject(refused);
    expect((await place.backend.reader.comments(ticket, { limit: 5 })).items).toEqual([]);
  });

  test.each([500, 502, 503, 504, 408])('an answer %i leaves a write in doubt, and it is sent once', async (status) => {
    const ticket = await newTicket(place);
    const before = sentOf('issueArchive').length;
    place.fake.mishaps.push({ on: 'issueArchive', act: { status } });
    await expect(write(place, { kind: 'archive', ticket })).rejects.toSatisfy(isInDoubt);
    expect(sentOf('issueArchive').length).toBe(before + 1);
  });

  test.each([400, 403, 413, 422])('an answer %i proves that nothing was done', async (status) => {
    const ticket = await newTicket(place);
    place.fake.mishaps.push({ on: 'issueArchive', act: { status } });
    await expect(write(place, { kind: 'archive', ticket })).rejects.toMatchObject(refused);
  });

  test('a slow answer is not waited for without end, and leaves a write in doubt', async () => {
    const { fake } = place;
    const ticket = await newTicket(place);
    fake.mishaps.push({ on: 'issueArchive', act: 'hang' });
    const writing = write({ backend: await openOn(fake, { writeTimeoutMs: 200 }) }, { kind: 'archive', ticket });
    await expect(writing).rejects.toSatisfy(isInDoubt);
    fake.mishaps.push({ on: 'issue', act: 'hang' });
    const reading = write({ backend: await openOn(fake, { readTimeoutMs: 200 }) }, { kind: 'archive', ticket });
    await expect(reading).rejects.toMatchObject({ name: 'NotDone', kind: 'unavailable' });
    expect(fake.mishaps.splice(0).length).toBeLessThanOrEqual(1);
  });

  test('a description of a megabyte and text of every kind are kept as they are', async () => {
    const ticket = await newTicket(place);
    const text = `مرحبا 👩🏽‍🚀 ${'long line\n'.repeat(99_990)}end`;
    const set = { description: markdown(text) };
    expect(await write(place, { kind: 'update', ticket, expect: {}, set })).toMatchObject({ differs: [] });
    expect((await now(ticket)).description?.text).toBe(text);
  });
});

const refOfTicket = ({ id, key, url, project }: Ticket) => ({ id, key, url, project });

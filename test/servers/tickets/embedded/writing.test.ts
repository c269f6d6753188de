import { describe, expect, test } from 'vitest';
import type { Ticket, TicketReader } from '#capabilities/ticket-read/ports.ts';
import { archiveProject } from '#servers/tickets/embedded/people/projects.ts';
import { everything, markdown, newMark, newTracker, refused, seed, stale } from './tracker.ts';

const demo = () => newTracker({ fill: seed });

async function typeOf(reader: TicketReader, name: string) {
  const project = await reader.project('WEB');
  const type = project?.types.find((each) => each.name === name);
  if (project === null || type === undefined) throw new Error('there is no such type');
  const custom = (field: string, value: string | null) => {
    const found = type.custom.find((each) => each.name === field);
    return { id: found?.id ?? '0', name: field, kind: found?.kind ?? 'text', value } as const;
  };
  return { project, type: { id: type.id, name }, custom };
}

async function change(reader: TicketReader, ticket: Ticket, name: string) {
  const transition = (await reader.transitions(ticket)).find((each) => each.name === name);
  if (transition === undefined) throw new Error(`there is no ${name}`);
  return { kind: 'transition', ticket, from: ticket.status, transition } as const;
}

describe('a ticket that is made', () => {
  test('has what it was given, and an event that tells it', async () => {
    const { reader, write, ticket } = demo();
    const { project, type, custom } = await typeOf(reader, 'Bug');
    const carol = await reader.assignable(project, 'carol');
    const fields = {
      ...{
        title: 'Wrong 税',
        description: markdown('# Why\n\n🙃'),
        labels: ['a', 'B'],
        assignees: carol ? [carol] : [],
      },
      ...{ priority: project.priorities[1] ?? null, parent: await ticket('WEB-14'), due: '2026-08-01' },
      custom: [custom('Severity', 'Minor')],
    };
    const written = await write({ kind: 'create', project, type, fields });
    expect(written).toMatchObject({ key: 'WEB-26', url: expect.stringMatching(/^tracker:.*\/WEB-26$/), differs: [] });
    const made = await ticket('WEB-26');
    expect(made).toMatchObject({
      ...fields,
      labels: ['B', 'a'],
      parent: { key: 'WEB-14' },
      custom: [{ value: 'Minor' }, {}],
    });
    expect(made.reporter).toEqual(await reader.self());
    const { items } = await reader.history(made, { limit: 10 });
    expect(items).toHaveLength(1);
    expect(items[0]?.changes).toEqual(
      expect.arrayContaining([
        { field: 'title', before: null, after: 'Wrong 税' },
        { field: 'labels', before: null, after: 'B, a' },
        { field: 'assignees', before: null, after: 'Carol Okafor' },
        { field: 'field Severity', before: null, after: 'Minor' },
      ]),
    );
  });

  test.each([
    ['without a field that its type needs', 'Bug', {}, 'Severity'],
    ['with an empty title', 'Task', { title: '  ' }, 'title'],
    ['with a title of two lines', 'Task', { title: 'a\nb' }, 'title'],
    ['with a text that is none', 'Task', { description: markdown('a\0b') }, 'U+0000'],
    ['with a title that is too long', 'Task', { title: 'x'.repeat(256) }, '255'],
    ['with a label twice', 'Task', { labels: ['ci', 'CI'] }, 'twice'],
    ['with a blank around a label', 'Task', { labels: [' ci'] }, 'label'],
    ['with a text that is too long', 'Task', { description: markdown('x'.repeat(1_048_577)) }, '1048576'],
    ['with a priority that is none', 'Task', { priority: { id: '99', name: 'Now' } }, 'priority'],
  ])('is refused %s', async (_what, name, given, why) => {
    const { reader, write, tracker } = demo();
    const { project, type } = await typeOf(reader, name);
    const writing = write({ kind: 'create', project, type, fields: { title: 'A title', ...given } });
    await expect(writing).rejects.toMatchObject({ ...refused, message: expect.stringContaining(why) });
    expect(tracker.one('select last_number as number from project where key = ?', 'WEB')).toEqual({ number: 25 });
    expect((await reader.search({ ...everything, text: ['A title'] }, { limit: 1 })).items).toEqual([]);
  });

  test.each([
    ['an option that is none', 'Bug', 'Severity', 'Enormous'],
    ['a number that is none', 'Task', 'Estimate', 'much'],
    ['a day that is none', 'Epic', 'Release day', '2026-13-01'],
    ['a field of another type', 'Task', 'Severity', 'Minor'],
  ])('is refused with %s', async (_what, name, field, value) => {
    const { reader, write } = demo();
    const { project, type, custom } = await typeOf(reader, name);
    const given = custom(field, value);
    const writing = write({ kind: 'create', project, type, fields: { title: 'A title', custom: [given] } });
    await expect(writing).rejects.toMatchObject(refused);
  });

  test('is refused in a project that is archived, and for somebody who does not work there', async () => {
    const { reader, write, tracker } = demo();
    const { project, type } = await typeOf(reader, 'Task');
    const tomas = { id: '6', name: 'Tomás Rey', standing: 'guest' } as const;
    const assigned = write({ kind: 'create', project, type, fields: { title: 'A title', assignees: [tomas] } });
    await expect(assigned).rejects.toMatchObject(refused);
    archiveProject(tracker, 'WEB', true);
    const writing = write({ kind: 'create', project, type, fields: { title: 'A title' } });
    await expect(writing).rejects.toMatchObject({ ...refused, message: expect.stringContaining('archived') });
    expect((await reader.project('WEB'))?.archived).toBe(true);
    expect((await reader.ticket('WEB-12'))?.key).toBe('WEB-12');
  });
});

describe('fields', () => {
  test('are written one by one, also to nothing', async () => {
    const { write, ticket } = demo();
    const before = await ticket('WEB-12');
    const [severity] = before.custom;
    await write({
      ...{ kind: 'update', ticket: before },
      expect: { labels: before.labels.toReversed(), assignees: [...before.assignees], due: null },
      set: {
        labels: [],
        assignees: [],
        priority: null,
        description: null,
        custom: severity ? [{ ...severity, value: 'Minor' }] : [],
      },
    });
    expect(await ticket('WEB-12')).toMatchObject({
      ...{ title: before.title, labels: [], assignees: [], priority: null, description: null },
      custom: [{ value: 'Minor' }, { value: null }],
    });
  });

  test.each([
    ['title', { title: 'Another' }, { title: 'As somebody thought' }],
    ['description', { description: null }, { description: markdown('Else') }],
    ['labels', { labels: [] }, { labels: ['x'] }],
    ['assignees', { assignees: ['bob'] }, { assignees: [] }],
    ['priority', { priority: 'Low' }, { priority: null }],
    ['parent', { parent: 'WEB-14' }, { parent: null }],
    ['due', { due: '2026-08-01' }, { due: null }],
  ])('are stale when the %s is not as expected, and nothing is written', async (field, theirs, expected) => {
    const { write, ticket, as } = demo();
    const before = await ticket('WEB-12');
    as('bob').edit('WEB-12', theirs);
    const there = await ticket('WEB-12');
    const writing = write({ kind: 'update', ticket: before, expect: expected, set: { title: 'Ours' } });
    await expect(writing).rejects.toMatchObject({ ...stale, message: expect.stringContaining(field) });
    expect(await ticket('WEB-12')).toEqual(there);
  });

  test('of a project’s own are compared one by one', async () => {
    const { write, ticket, as } = demo();
    const before = await ticket('WEB-12');
    const [severity, fixed] = before.custom;
    if (severity === undefined || fixed === undefined) throw new Error('the demo has no such fields');
    as('bob').edit('WEB-12', { custom: { Severity: 'Critical' } });
    const set = { custom: [{ ...fixed, value: '0.2.1' }] };
    await write({ kind: 'update', ticket: before, expect: { custom: [fixed] }, set });
    const late = write({ kind: 'update', ticket: before, expect: { custom: [severity] }, set });
    await expect(late).rejects.toMatchObject(stale);
    expect((await ticket('WEB-12')).custom).toMatchObject([{ value: 'Critical' }, { value: '0.2.1' }]);
  });

  test('do not make a ticket a part of itself', async () => {
    const { write, ticket } = demo();
    const [epic, child] = [await ticket('WEB-14'), await ticket('WEB-16')];
    for (const parent of [epic, child]) {
      await expect(write({ kind: 'update', ticket: epic, expect: {}, set: { parent } })).rejects.toMatchObject(refused);
    }
  });

  test('that stay as they are make no event and no new version of the ticket', async () => {
    const { write, ticket } = demo();
    const before = await ticket('WEB-12');
    await write({
      kind: 'update',
      ticket: before,
      expect: {},
      set: { title: before.title, labels: [...before.labels] },
    });
    expect(await ticket('WEB-12')).toEqual(before);
  });
});

describe('a transition', () => {
  test('goes on from the status that was expected only', async () => {
    const { reader, write, ticket, as } = demo();
    const before = await ticket('WEB-12');
    const wanted = await change(reader, before, 'Send to review');
    await write(wanted);
    expect((await ticket('WEB-12')).status.name).toBe('In review');
    as('bob').transition('WEB-12', 'Send back');
    as('bob').transition('WEB-12', 'Stop');
    await expect(write(wanted)).rejects.toMatchObject(stale);
  });

  test('that needs a field waits until it is filled in', async () => {
    const { reader, write, ticket, as } = demo();
    as('bob').transition('WEB-12', 'Send to review');
    const before = await ticket('WEB-12');
    const accept = await change(reader, before, 'Accept');
    expect(accept.transition.requires).toEqual(['Fixed in']);
    await expect(write(accept)).rejects.toMatchObject({ ...refused, message: expect.stringContaining('Fixed in') });
    as('bob').edit('WEB-12', { custom: { 'Fixed in': '0.2.1' } });
    expect((await change(reader, before, 'Accept')).transition.requires).toEqual([]);
    await write(accept);
    expect((await ticket('WEB-12')).status).toMatchObject({ name: 'Done', category: 'done' });
  });

  test('that the workflow does not have from there is refused', async () => {
    const { reader, write, ticket } = demo();
    const [todo, begun] = [await ticket('WEB-13'), await ticket('WEB-12')];
    const { transition } = await change(reader, begun, 'Send to review');
    await expect(write({ kind: 'transition', ticket: todo, from: todo.status, transition })).rejects.toMatchObject(
      refused,
    );
  });

  test('has a way back where the workflow has one, said before', async () => {
    const { reader, ticket } = demo();
    const open = await ticket('WEB-13');
    const way = async (name: string) => {
      const { transition, from } = await change(reader, open, name);
      return reader.wayBack(open, from, transition.to);
    };
    expect(await way('Start')).toBe('yes');
    expect(await way('Decline')).toBe('no');
  });
});

describe('comments', () => {
  test('are added, changed and found, by this account', async () => {
    const { reader, write, ticket } = demo();
    const at = await ticket('WEB-12');
    const { id, url } = await write({ kind: 'comment', ticket: at, body: markdown('Done 🎉'), visibleTo: 'team' });
    const comment = await reader.comment(at, id);
    expect(comment).toMatchObject({ url, body: { text: 'Done 🎉' }, author: await reader.self(), visibleTo: 'team' });
    if (comment === null) throw new Error('it is not there');
    const edit = {
      kind: 'edit_comment',
      ticket: at,
      comment,
      expect: comment.body,
      body: markdown('Not yet'),
    } as const;
    await write(edit);
    expect((await reader.comments(at, { limit: 1 })).items).toMatchObject([{ id, body: { text: 'Not yet' } }]);
    await expect(write({ ...edit, body: markdown('Else') })).rejects.toMatchObject(stale);
    expect(await reader.comment(await ticket('WEB-13'), id)).toBeNull();
  });

  test('of others are not changed', async () => {
    const { reader, write, ticket } = demo();
    const at = await ticket('WEB-12');
    const [theirs] = (await reader.comments(at, { limit: 1 })).items;
    if (theirs === undefined) throw new Error('the demo has no comment there');
    const edit = {
      kind: 'edit_comment',
      ticket: at,
      comment: theirs,
      expect: theirs.body,
      body: markdown('Hm'),
    } as const;
    await expect(write(edit)).rejects.toMatchObject(refused);
  });

  test('are for customers only where there are some', async () => {
    const { reader, write, ticket } = demo();
    const [inside, outside] = [await ticket('WEB-12'), await ticket('HELP-2')];
    const comment = { kind: 'comment', body: markdown('Soon'), visibleTo: 'customers' } as const;
    await expect(write({ ...comment, ticket: inside })).rejects.toMatchObject(refused);
    const { id } = await write({ ...comment, ticket: outside });
    expect(await reader.comment(outside, id)).toMatchObject({ visibleTo: 'customers' });
  });
});

describe('links', () => {
  const blocks = { id: '1', outward: 'blocks', inward: 'is blocked by' };
  const relates = { id: '3', outward: 'relates to', inward: 'relates to' };

  test('are made once and removed once, and both histories tell', async () => {
    const { reader, write, ticket } = demo();
    const [outward, inward] = [await ticket('WEB-21'), await ticket('WEB-24')];
    const link = { kind: 'link', type: blocks, outward, inward } as const;
    const { id } = await write(link);
    expect((await ticket('WEB-24')).links).toMatchObject([{ id, end: 'inward', other: { key: 'WEB-21' } }]);
    await expect(write(link)).rejects.toMatchObject(stale);
    await write({ ...link, kind: 'unlink', id });
    await expect(write({ ...link, kind: 'unlink', id })).rejects.toMatchObject(stale);
    const { items } = await reader.history(inward, { limit: 2 });
    expect(items.map(({ changes }) => changes)).toEqual([
      [{ field: 'link', before: 'is blocked by WEB-21', after: null }],
      [{ field: 'link', before: null, after: 'is blocked by WEB-21' }],
    ]);
  });

  test('without a direction are the same from either end', async () => {
    const { write, ticket } = demo();
    const [one, other] = [await ticket('WEB-12'), await ticket('WEB-13')];
    const again = write({ kind: 'link', type: relates, outward: one, inward: other });
    await expect(again).rejects.toMatchObject(stale);
    await expect(write({ kind: 'link', type: relates, outward: one, inward: one })).rejects.toMatchObject(refused);
  });
});

describe('an archived ticket', () => {
  test('is still read, not written, and comes back', async () => {
    const { reader, write, ticket } = demo();
    const at = await ticket('WEB-21');
    await write({ kind: 'archive', ticket: at });
    await expect(write({ kind: 'archive', ticket: at })).rejects.toMatchObject(stale);
    await expect(write({ kind: 'update', ticket: at, expect: {}, set: { title: 'x' } })).rejects.toMatchObject(refused);
    expect(await ticket('WEB-21')).toMatchObject({ archived: true });
    expect(await reader.transitions(at)).toEqual([]);
    await write({ kind: 'unarchive', ticket: at });
    await expect(write({ kind: 'unarchive', ticket: at })).rejects.toMatchObject(stale);
    expect(await ticket('WEB-21')).toMatchObject({ archived: false });
  });
});

describe('a ticket that moved', () => {
  test('is found by its old key, and a write for its old place is stale', async () => {
    const { reader, write, ticket, as, tracker } = demo();
    const before = await ticket('WEB-21');
    tracker.run(
      "insert into type (project, name, start) select 3, 'Task', id from status where project = 3 and name = 'Open'",
    );
    const key = as('alice').move('WEB-21', 'SEC');
    expect(await reader.ticket('WEB-21')).toMatchObject({ id: before.id, key, project: { key: 'SEC' } });
    const writing = write({ kind: 'update', ticket: before, expect: {}, set: { title: 'x' } });
    await expect(writing).rejects.toMatchObject({ ...stale, message: expect.stringContaining('moved') });
    expect((await reader.search({ ...everything, text: ['Test the cart'] }, { limit: 5 })).items).toEqual([]);
    const { items } = await reader.history(before, { limit: 1 });
    expect(items[0]?.changes).toMatchObject([
      { field: 'project', before: 'WEB', after: 'SEC' },
      { field: 'key', before: 'WEB-21', after: key },
      { field: 'status' },
      { field: 'field Estimate', before: '2', after: null },
    ]);
  });
});

describe('the door', () => {
  test('lets in only what its permit is for', async () => {
    const { open, ticket, reader } = demo();
    const [one, other] = [await ticket('WEB-12'), await ticket('WEB-13')];
    const mark = newMark();
    const writer = await open(mark.changeId, { projectId: one.project.id, project: 'WEB', ticketId: one.id });
    const { project, type } = await typeOf(reader, 'Task');
    const wrong = [
      writer.write({ kind: 'archive', ticket: other }, mark),
      writer.write({ kind: 'archive', ticket: one }, newMark()),
      writer.write({ kind: 'archive', ticket: { ...one, project: { ...one.project, id: '2' } } }, mark),
      writer.write({ kind: 'create', project, type, fields: { title: 'x' } }, mark),
    ];
    for (const writing of wrong) await expect(writing).rejects.toMatchObject(refused);
  });

  test('is closed when the change is done', async () => {
    const { open, ticket, door } = demo();
    const at = await ticket('WEB-12');
    const mark = newMark();
    const writer = await open(mark.changeId, { projectId: at.project.id, project: 'WEB', ticketId: at.id });
    await door.done(mark.changeId);
    await expect(writer.write({ kind: 'archive', ticket: at }, mark)).rejects.toMatchObject(refused);
  });
});

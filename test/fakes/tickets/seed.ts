import type { Person, ProjectRef, Status, Transition } from '#capabilities/ticket/types.ts';
import type { Project, TicketBackend } from '#capabilities/ticket-read/ports.ts';

/** The people of the tracker, and who acts in it. */
export const people = {
  self: { id: 'app-1', name: 'Countersign', standing: 'app' },
  alice: { id: 'u-alice', name: 'Alice Ito', standing: 'member' },
  bob: { id: 'u-bob', name: 'Bob Weiss', standing: 'member' },
  carol: { id: 'u-carol', name: 'Carol', standing: 'customer' },
  mallory: { id: 'u-mallory', name: 'Mallory', standing: 'unknown' },
} as const satisfies Record<string, Person>;

export const emails: ReadonlyMap<string, string> = new Map([
  ['alice@acme.example', people.alice.id],
  ['bob@acme.example', people.bob.id],
]);

/** What the tracker is unless a test says otherwise. */
export const seedBackend: TicketBackend = {
  name: 'Tracker',
  documents: 'markdown',
  lacks: [],
  fields: ['title', 'description', 'labels', 'assignees', 'priority', 'parent', 'due'],
  maxAssignees: 3,
  maxText: 1_100_000,
  once: true,
};

const toDo: Status = { id: 's1', name: 'To do', category: 'todo' };
const inProgress: Status = { id: 's2', name: 'In progress', category: 'in_progress' };
const inReview: Status = { id: 's3', name: 'In review', category: 'in_progress' };
const done: Status = { id: 's4', name: 'Done', category: 'done' };
const dropped: Status = { id: 's5', name: 'Dropped', category: 'done' };

export const statuses = { toDo, inProgress, inReview, done, dropped };

/** From "Done" nothing leads back; to "Dropped" only with a field that no tool fills in. */
const workflow: readonly (Transition & { readonly from: readonly Status[] })[] = [
  { id: 't1', name: 'Start', from: [toDo], to: inProgress, requires: [] },
  { id: 't2', name: 'Stop', from: [inProgress], to: toDo, requires: [] },
  { id: 't3', name: 'Ask for review', from: [inProgress], to: inReview, requires: [] },
  { id: 't4', name: 'Send back', from: [inReview], to: inProgress, requires: [] },
  { id: 't5', name: 'Finish', from: [inReview], to: done, requires: [] },
  { id: 't6', name: 'Drop', from: [toDo, inProgress, inReview], to: dropped, requires: ['Resolution'] },
];

/** What leads on from a status. */
export function transitionsFrom(status: Status) {
  return workflow
    .filter(({ from }) => from.some(({ id }) => id === status.id))
    .map(({ from: _from, ...transition }) => transition);
}

export const linkTypes = [
  { id: 'l1', outward: 'blocks', inward: 'is blocked by' },
  { id: 'l2', outward: 'relates to', inward: 'relates to' },
];

const ref = (id: string, key: string, name: string, customers: boolean): ProjectRef => {
  return { id, key, name, audience: 'private', customers };
};

const project = (of: ProjectRef): Project => ({
  ...of,
  url: `https://tickets.example/projects/${of.key}`,
  archived: false,
  types: [
    {
      ...{ id: 'y1', name: 'Bug' },
      custom: [
        { id: 'c1', name: 'Environment', kind: 'text', required: false, options: [] },
        { id: 'c2', name: 'Severity', kind: 'option', required: false, options: ['S1', 'S2'] },
        { id: 'c3', name: 'Points', kind: 'number', required: false, options: [] },
        { id: 'c4', name: 'Team', kind: 'other', required: false, options: [] },
      ],
    },
    { id: 'y2', name: 'Task', custom: [] },
    {
      ...{ id: 'y3', name: 'Incident' },
      custom: [{ id: 'c5', name: 'Started on', kind: 'date', required: true, options: [] }],
    },
  ],
  priorities: [
    { id: 'p1', name: 'High' },
    { id: 'p2', name: 'Medium' },
    { id: 'p3', name: 'Low' },
  ],
  statuses: Object.values(statuses),
});

/** Two projects of a team, one that customers ask in, and one that is archived. */
export const seedProjects = (): Project[] => [
  project(ref('1', 'WEB', 'The shop', false)),
  project(ref('2', 'OPS', 'Operations', false)),
  project(ref('3', 'HELP', 'Help desk', true)),
  { ...project(ref('4', 'OLD', 'What was', false)), archived: true },
];

import type { MemberDefinition, NewPerson, ProjectDefinition, TransitionDefinition } from '../people/projects.ts';

const person = (login: string, name: string, host = 'acme.example'): NewPerson => {
  return { login, name, email: `${login}@${host}`, app: false };
};

/** Invented people: those of the demo's repositories, a contractor, and customers of the shop. */
export const people: readonly NewPerson[] = [
  person('alice', 'Alice Moreau'),
  person('bob', 'Bob Lindqvist'),
  person('carol', 'Carol Okafor'),
  person('operator', 'Olu Prasad'),
  person('tomas', 'Tomás Rey', 'studio-rey.example'),
  person('mina', 'Mina Sato 佐藤美奈', 'customer.example'),
  person('daniel', 'Daniel Weber', 'customer.example'),
  person('lea', 'Léa Fontaine', 'customer.example'),
  person('erik', 'Erik Halvorsen', 'customer.example'),
];

const member = (login: string): MemberDefinition => ({ login, standing: 'member', access: 'write' });
const customer = (login: string): MemberDefinition => ({ login, standing: 'customer', access: 'write' });
const account: MemberDefinition = { login: 'countersign', standing: 'app', access: 'write' };

function workflow(accepting: readonly string[] = []): TransitionDefinition[] {
  return [
    { name: 'Start', from: 'To do', to: 'In progress' },
    { name: 'Stop', from: 'In progress', to: 'To do' },
    { name: 'Send to review', from: 'In progress', to: 'In review' },
    { name: 'Send back', from: 'In review', to: 'In progress' },
    { name: 'Accept', from: 'In review', to: 'Done', requires: accepting },
    { name: 'Reopen', from: 'Done', to: 'To do' },
    { name: 'Decline', from: 'To do', to: "Won't do" },
  ];
}

const estimate = { name: 'Estimate', required: false };

const web: ProjectDefinition = {
  ...{ key: 'WEB', name: 'Storefront', audience: 'internal', customers: false },
  statuses: [
    ['To do', 'todo'],
    ['In progress', 'in_progress'],
    ['In review', 'in_progress'],
    ['Done', 'done'],
    ["Won't do", 'done'],
  ],
  fields: [
    { name: 'Severity', kind: 'option', options: ['Critical', 'Major', 'Minor'] },
    { name: 'Fixed in', kind: 'text', options: [] },
    { name: 'Estimate', kind: 'number', options: [] },
    { name: 'Release day', kind: 'date', options: [] },
  ],
  types: [
    {
      ...{ name: 'Bug', start: 'To do', transitions: workflow(['Fixed in']) },
      fields: [
        { name: 'Severity', required: true },
        { name: 'Fixed in', required: false },
      ],
    },
    { name: 'Task', start: 'To do', transitions: workflow(), fields: [estimate] },
    { name: 'Story', start: 'To do', transitions: workflow(), fields: [estimate] },
    {
      ...{ name: 'Epic', start: 'To do', fields: [{ name: 'Release day', required: false }] },
      transitions: [
        { name: 'Start', from: 'To do', to: 'In progress' },
        { name: 'Finish', from: 'In progress', to: 'Done' },
        { name: 'Reopen', from: 'Done', to: 'In progress' },
      ],
    },
  ],
  members: [
    ...['alice', 'bob', 'carol', 'operator'].map(member),
    { login: 'tomas', standing: 'guest', access: 'read' },
    account,
  ],
};

const answering: readonly TransitionDefinition[] = [
  { name: 'Answer', from: 'Waiting for support', to: 'Waiting for customer' },
  { name: 'Customer answered', from: 'Waiting for customer', to: 'Waiting for support' },
  { name: 'Resolve', from: 'Waiting for support', to: 'Resolved' },
  { name: 'Close', from: 'Waiting for customer', to: 'Resolved' },
];

const help: ProjectDefinition = {
  ...{ key: 'HELP', name: 'Customer support', audience: 'private', customers: true },
  statuses: [
    ['Waiting for support', 'todo'],
    ['Waiting for customer', 'in_progress'],
    ['Resolved', 'done'],
  ],
  fields: [{ name: 'Order', kind: 'text', options: [] }],
  types: ['Question', 'Problem'].map((name) => ({
    ...{ name, start: 'Waiting for support', transitions: answering },
    fields: [{ name: 'Order', required: false }],
  })),
  members: [...['alice', 'carol', 'operator'].map(member), ...['mina', 'daniel', 'lea', 'erik'].map(customer), account],
};

const security: ProjectDefinition = {
  ...{ key: 'SEC', name: 'Security', audience: 'private', customers: false },
  statuses: [
    ['Open', 'todo'],
    ['Being fixed', 'in_progress'],
    ['Fixed', 'done'],
  ],
  fields: [],
  types: [
    {
      ...{ name: 'Finding', start: 'Open', fields: [] },
      transitions: [
        { name: 'Fix', from: 'Open', to: 'Being fixed' },
        { name: 'Is fixed', from: 'Being fixed', to: 'Fixed' },
      ],
    },
  ],
  members: [member('alice'), account],
};

export const projects: readonly ProjectDefinition[] = [web, help, security];

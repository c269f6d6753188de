import * as z from 'zod';
import { cursorInput, fittedPage, fitting } from '#capabilities/common/fit.ts';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { hiddenLeftOut, showing } from '#capabilities/common/shown-text.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { noProject } from '#capabilities/ticket/asks.ts';
import { idBeside } from '#capabilities/ticket/field-names.ts';
import { customKind, status, type TicketAsk } from '#capabilities/ticket/types.ts';
import { audience } from '#shared/tools/index.ts';
import type { May } from './find-ticket.ts';
import type { Project, TicketReader } from './ports.ts';
import { toldOfProject } from './told.ts';
import { projectInput, readTool } from './tool.ts';

/** How long names are, how many options of a field are shown, and the room for the fields, in bytes of JSON. */
const most = { characters: 100, options: 20, listed: 60, fieldBytes: 5_000 };

const customField = z.strictObject({
  name: z.string().describe('With its id in brackets where several have that name.'),
  kind: customKind.describe('`other` can be read but not written.'),
  types: z.array(z.string()).exactOptional().describe('The types that have it; all unless given.'),
  required: z.literal(true).exactOptional(),
  options: z.array(z.string()).exactOptional(),
  more_options: z.literal(true).exactOptional(),
});
type FieldView = z.infer<typeof customField>;

const projectView = z.strictObject({
  project: z.string(),
  name: z.string(),
  audience: audience.exactOptional(),
  customers: z.literal(true).exactOptional().describe('Customers see what is said to them there.'),
  archived: z.literal(true).exactOptional(),
  types: z.array(z.string()),
});

const marked = [
  ...(['projects[].name', 'projects[].types', 'statuses[].name', 'priorities', 'fields[].name'] as const),
  ...(['fields[].types', 'fields[].options'] as const),
] as const;
const [first, ...others] = marked;

export const listProjects = readTool({
  name: 'list_projects',
  title: 'List projects',
  description: `Lists the projects whose tickets you may read. With \`project\`, that one with its statuses, priorities and the fields that it made up. ${untrustedNote}`,
  input: z.strictObject({
    project: projectInput.optional().describe('Shows this project, with all that its tickets can have.'),
    limit: z.number().int().min(1).max(50).default(20).describe('How many at most; 20 unless given.'),
    cursor: cursorInput,
  }),
  output: z.strictObject({
    projects: z.array(projectView),
    statuses: z.array(z.strictObject({ name: z.string(), category: status.shape.category })).exactOptional(),
    priorities: z.array(z.string()).exactOptional(),
    fields: z.array(customField).exactOptional(),
    more_fields: z.literal(true).exactOptional(),
    next_cursor: z.string().nullable(),
    ...hiddenLeftOut,
    untrusted: untrusted([first, ...others]),
  }),
  asks: ({ project }) => (project === undefined ? [] : [{ want: 'read', project }]),
  read: async ({ project: key, limit, cursor }, reader, may, opened) => {
    const { show, leftOut } = showing();
    const name = (text: string): string => shorten(show(text), most.characters);
    if (key !== undefined) {
      const found = await reader.project(key);
      if (found === null || !covers(may, found)) throw noProject(key);
      const shown = { projects: [viewOf(found, name)], ...detailsOf(found, name), next_cursor: null };
      return { ...shown, ...leftOut(), untrusted: [...marked] };
    }
    const page = await fittedPage(
      { limit, cursor },
      (request) => projectsOf(reader, opened, request),
      (found) => (found !== null && covers(may, found) ? viewOf(found, name) : null),
    );
    return { projects: page.items, next_cursor: page.next_cursor, ...leftOut(), untrusted: [...marked] };
  },
  told: toldIn,
});

/** A key may lead to a project that has another one by now. */
const covers = (may: May, { key }: Project): boolean => may({ want: 'read', project: key });

/** The projects that the scope names, so many at a time. */
async function projectsOf(
  reader: TicketReader,
  opened: readonly TicketAsk[],
  { limit, cursor }: PageRequest,
): Promise<Page<Project | null>> {
  const start = Number(cursor ?? 0);
  const end = start + limit;
  const items = await Promise.all(opened.slice(start, end).map(({ project }) => reader.project(project)));
  return { items, cursor: end < opened.length ? String(end) : null };
}

function viewOf(found: Project, name: (text: string) => string) {
  const view: z.infer<typeof projectView> = {
    project: found.key,
    name: name(found.name),
    ...(found.audience !== undefined && { audience: found.audience }),
    ...(found.customers && { customers: true }),
    ...(found.archived && { archived: true }),
    types: found.types.slice(0, most.listed).map((each) => name(each.name)),
  };
  return telling(view, toldOfProject(found));
}

function detailsOf(found: Project, name: (text: string) => string) {
  const fields = fieldsOf(found, name);
  const fitted = fields.length === 0 ? [] : fitting(fields, most.fieldBytes);
  return {
    statuses: found.statuses.slice(0, most.listed).map((each) => ({ name: name(each.name), category: each.category })),
    priorities: found.priorities.slice(0, most.listed).map((each) => name(each.name)),
    ...(fitted.length > 0 && { fields: [...fitted] }),
    ...(fitted.length < fields.length && { more_fields: true as const }),
  };
}

/** Each field once, with the types that have it; those that must be filled in first. */
function fieldsOf({ types }: Project, name: (text: string) => string): readonly FieldView[] {
  const every = types.flatMap(({ custom }) => custom);
  const ids = new Set(every.map(({ id }) => id));
  const views = [...ids].flatMap((id): readonly FieldView[] => {
    const having = types.filter(({ custom }) => custom.some((each) => each.id === id));
    const all = having.flatMap(({ custom }) => custom.filter((each) => each.id === id));
    const [field] = all;
    if (field === undefined) return [];
    const { kind, options } = field;
    return [
      {
        ...{ name: `${name(field.name)}${idBeside(field, every)}`, kind },
        ...(having.length < types.length && { types: having.map((each) => name(each.name)) }),
        ...(all.some(({ required }) => required) && { required: true }),
        ...(options.length > 0 && { options: options.slice(0, most.options).map(name) }),
        ...(options.length > most.options && { more_options: true }),
      },
    ];
  });
  return views.toSorted((one, other) => Number(other.required ?? false) - Number(one.required ?? false));
}

import * as z from 'zod';
import {
  type Capability,
  type ContentReader,
  type Contents,
  contentRef,
  type Description,
  defineCapability,
  type Refusal,
  type RestoreChoice,
  type Step,
  toolsFor,
} from '#shared/tools/index.ts';
import type { Note, NoteReader, NotesTarget, NoteWriter } from './notes.ts';

export type NoteAsk = { readonly note: string };

export type NotesCapability = Capability<NoteReader, NoteWriter, NoteAsk, NotesTarget>;

export const notesTools = toolsFor<NoteReader, NoteWriter, NoteAsk, NotesTarget>();

const input = z.strictObject({
  notes: z
    .array(z.strictObject({ id: z.string().min(1), text: z.string().nullable() }))
    .min(1)
    .max(10),
  reason: z.string(),
  idempotency_key: z.string().min(1).optional(),
});

const noteState = z.strictObject({ id: z.string(), version: z.int(), content: contentRef.nullable() });
const state = z.strictObject({ notes: z.array(noteState) });
type State = z.infer<typeof state>;

const noteWrite = z.strictObject({ id: z.string(), expectedVersion: z.int(), content: contentRef.nullable() });
const plan = z.strictObject({
  notebook: z.string(),
  writes: z.array(noteWrite).min(1),
  overwrites: z.array(z.string()),
});
type Plan = z.infer<typeof plan>;

/**
 * The power to write notes: one tool, `set_notes`, that writes each note in a step of its own. `repeat` is what its
 * steps say of a run that is not found.
 */
export function notesCapability(repeat: Step<NoteReader, NoteWriter>['repeat'] = 'guarded'): NotesCapability {
  return defineCapability({
    name: 'notes-write',
    description: 'Writes notes.',
    scope: z.strictObject({ notes: z.array(z.string()).min(1) }),
    denies: (scope, ask: NoteAsk) =>
      scope.notes.includes(ask.note) ? null : { denied: `The note ${ask.note} is not granted.` },
    tools: [setNotes(repeat)],
  });
}

function setNotes(repeat: Step<NoteReader, NoteWriter>['repeat']) {
  return notesTools.write({
    name: 'set_notes',
    title: 'Set notes',
    description: 'Writes the text of notes, or deletes them.',
    input,
    state,
    plan,
    asks: ({ notes }) => notes.map(({ id }) => ({ note: id })),
    snapshot: ({ notes }, reader, contents) =>
      look(
        notes.map(({ id }) => id),
        reader,
        contents,
      ),
    resolved: (_input, before) => before.notes.map(({ id }) => ({ note: id })),
    prepare: ({ notes }, before, contents) => ({
      notebook: 'nb-1',
      writes: before.notes.map(({ id, version }, index) => {
        const text = notes[index]?.text ?? null;
        return { id, expectedVersion: version, content: text === null ? null : contents.putText(text) };
      }),
      overwrites: [],
    }),
    target: ({ notebook }) => ({ notebook }),
    describe,
    still: async ({ writes }, _before, reader) => {
      for (const { id, expectedVersion } of writes) {
        if ((await reader.find(id)).version !== expectedVersion) return { stale: `The note ${id} was changed.` };
      }
      return 'holds';
    },
    steps: ({ writes }) => writes.map((write) => stepOf(write, repeat)),
    observe: ({ writes }, _before, _receipts, reader, contents) =>
      look(
        writes.map(({ id }) => id),
        reader,
        contents,
      ),
    restore,
  });
}

async function look(names: readonly string[], reader: NoteReader, contents: Contents): Promise<State> {
  const keep = ({ id, version, text }: Note): State['notes'][number] => ({
    id,
    version,
    content: text === null ? null : contents.putText(text),
  });
  return { notes: await Promise.all(names.map(async (name) => keep(await reader.find(name)))) };
}

function describe({ writes, overwrites }: Plan, before: State, contents: ContentReader): Description {
  const was = (id: string) => before.notes.find((note) => note.id === id)?.content ?? null;
  return {
    summary: `Set ${writes.map(({ id }) => id).join(', ')}`,
    effects: writes.map(({ id, content }) => {
      const old = was(id);
      return {
        kind: 'field',
        target: `note ${id}`,
        field: 'text',
        before: old && contents.text(old),
        after: content && contents.text(content),
      };
    }),
    touches: writes.map(({ id }) => `note:${id}`),
    flags: overwrites.map((id) => ({ code: 'overwrites_others', message: `Takes back what others did to ${id}.` })),
    reaches: [{ code: 'notifies', message: 'Readers of the notebook are told.' }],
    reversible: { kind: 'full' },
  };
}

function stepOf(
  { id, expectedVersion, content }: Plan['writes'][number],
  repeat: Step<NoteReader, NoteWriter>['repeat'],
): Step<NoteReader, NoteWriter> {
  return {
    name: `write ${id}`,
    repeat,
    run: ({ write, mark, contents }) =>
      write.put({ id, text: content && contents.text(content), expectedVersion, mark: mark.token }),
    landed: async (reader, mark) => {
      const history = await reader.history(id);
      if (history === null) return 'unclear';
      const ours = history.find((one) => one.mark === mark.token);
      return ours ? { landed: { id, version: ours.version } } : 'not_found';
    },
  };
}

function restore(
  done: { readonly plan: Plan; readonly before: State; readonly after: State },
  now: State,
  choice: RestoreChoice,
): { readonly plan: Plan } | Refusal {
  const of = (notes: State['notes'], id: string) => notes.find((note) => note.id === id);
  const wanted = done.plan.writes.flatMap(({ id }) => {
    const [before, after, there] = [of(done.before.notes, id), of(done.after.notes, id), of(now.notes, id)];
    if (!before || !after || !there || before.content?.sha256 === there.content?.sha256) return [];
    const write = { id, expectedVersion: there.version, content: before.content };
    return [{ write, foreign: there.version !== after.version }];
  });
  const conflicts = wanted.filter(({ foreign }) => foreign).map(({ write }) => write.id);
  if (choice === 'refuse' && conflicts.length > 0) return { refused: 'Some notes were changed since.', conflicts };
  const chosen = choice === 'untouched' ? wanted.filter(({ foreign }) => !foreign) : wanted;
  if (chosen.length === 0) return { refused: 'There is nothing to put back.', conflicts };
  const writes = chosen.map(({ write }) => write);
  return { plan: { notebook: done.plan.notebook, writes, overwrites: choice === 'overwrite' ? conflicts : [] } };
}

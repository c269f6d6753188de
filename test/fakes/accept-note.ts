import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import { toolsFor } from '#shared/tools/index.ts';
import type { NoteReader, NotesTarget, NoteWriter } from './notes.ts';

export type NoteAsk = { readonly note: string };

export const notesTools = toolsFor<NoteReader, NoteWriter, NoteAsk, NotesTarget>();

const also = z.array(z.string()).exactOptional();
const state = z.strictObject({ note: z.string(), version: z.int(), waits: z.boolean(), also });
const plan = z.strictObject({ note: z.string(), expectedVersion: z.int(), waits: z.boolean() });

const look = async (note: string, reader: NoteReader) => {
  const { id, version, waits = false } = await reader.find(note);
  return { note: id, version, waits };
};

const said = (waits: boolean): string => (waits ? 'nobody else' : 'everybody');

/** What a person asks for to let others find a note that waits. */
export const acceptNote = notesTools.write({
  name: 'accept_note',
  title: 'Accept a note',
  description: 'Lets others find a note.',
  door: 'people',
  input: z.strictObject({ note: z.string().min(1), change: z.string(), also, reason: z.string() }),
  state,
  plan,
  about: ({ change }) => change,
  accepts: ({ id, left: [first = ''] }) => (first.startsWith('note:') ? { note: first.slice(5), change: id } : null),
  asks: ({ note }) => [{ note }],
  including: (before) => before.also ?? [],
  snapshot: async ({ note, also: others }, reader) => ({
    ...(await look(note, reader)),
    ...(others && { also: others }),
  }),
  resolved: (_input, { note }) => [{ note }],
  prepare: (_input, { note, version, waits }) => {
    if (!waits) throw new AppError('wrong_state', `Nothing of the note ${note} waits.`);
    return { note, expectedVersion: version, waits: false };
  },
  target: () => ({ notebook: 'nb-1' }),
  describe: ({ note, waits }, before) => ({
    summary: waits ? `Hide ${note}` : `Let others find ${note}`,
    effects: [
      { kind: 'field', target: `note ${note}`, field: 'found by', before: said(before.waits), after: said(waits) },
    ],
    touches: [`note:${note}`],
    flags: [],
    reaches: [],
    reversible: { kind: 'full' },
  }),
  still: async ({ note, expectedVersion }, _before, reader) =>
    (await reader.find(note)).version === expectedVersion ? 'holds' : { stale: `The note ${note} was changed.` },
  leaves: ({ note, expectedVersion }) => [{ thing: `note:${note}`, version: `${expectedVersion}`, made: false }],
  steps: ({ note, expectedVersion, waits }) => [
    {
      name: `hide ${note}`,
      repeat: 'guarded',
      run: ({ write }) => write.hide({ id: note, waits, expectedVersion }),
      landed: async (reader) =>
        ((await reader.find(note)).waits ?? false) === waits ? { landed: { note, waits } } : 'not_found',
    },
  ],
  observe: ({ note }, _before, _receipts, reader) => look(note, reader),
  restoring: { kept: ['Whether others find it.'], back: ['Whether others find it.'], cannot: [] },
  compare: ({ plan: { note }, before, after }, now) => [
    {
      name: note,
      before: { text: said(before.waits) },
      left: { text: said(after.waits) },
      now: { text: said(now.waits) },
      standing: now.waits === before.waits ? 'back' : 'as_left',
      later: [],
      why: null,
    },
  ],
  restore: ({ before }, now) =>
    now.waits === before.waits
      ? { refused: 'There is nothing to put back.', conflicts: [] }
      : { plan: { note: now.note, expectedVersion: now.version, waits: before.waits } },
  combine: () => null,
});

import * as z from 'zod';
import {
  type Capability,
  type ContentReader,
  type Contents,
  contentRef,
  type Description,
  type Done,
  type DoneBy,
  defineCapability,
  type JsonObject,
  type Part,
  type Refusal,
  type RestoreChoice,
  type Step,
} from '#shared/tools/index.ts';
import { acceptNote, type NoteAsk, notesTools } from './accept-note.ts';
import type { Note, NoteReader, NotesTarget, NoteWriter } from './notes.ts';

export type NotesCapability = Capability<NoteReader, NoteWriter, NoteAsk, NotesTarget>;

const input = z.strictObject({
  notes: z
    .array(z.strictObject({ id: z.string().min(1), text: z.string().nullable(), link: z.string().optional() }))
    .min(1)
    .max(10),
  reason: z.string(),
  idempotency_key: z.string().min(1).optional(),
  after: z.string().optional(),
  supersedes: z.string().optional(),
});

const noteState = z.strictObject({ id: z.string(), version: z.int(), content: contentRef.nullable() });
const state = z.strictObject({ notes: z.array(noteState) });
type State = z.infer<typeof state>;

const noteWrite = z.strictObject({
  id: z.string(),
  expectedVersion: z.int(),
  content: contentRef.nullable(),
  /** Comes after the text, and may refer to an earlier change. */
  link: z.string().exactOptional(),
});
const plan = z.strictObject({
  notebook: z.string(),
  writes: z.array(noteWrite).min(1),
  overwrites: z.array(z.string()),
});
type Plan = z.infer<typeof plan>;

/**
 * The power to write notes: one tool, `set_notes`, that writes each note in a step of its own. `repeat` is what its
 * steps say of a run that is not found; unless it `combines`, no two changes can be put back as one;
 * unless it is `decidable`, a person decides each; with `reviews`, people can review a change where the notes are; with
 * `quarantine`, a text can be held back, or cannot, and people can ask that others find it.
 */
export function notesCapability(
  repeat: Step<NoteReader, NoteWriter>['repeat'] = 'guarded',
  combines = true,
  decidable = true,
  reviews = false,
  quarantine?: 'possible' | 'impossible',
): NotesCapability {
  return defineCapability({
    name: 'notes-write',
    description: 'Writes notes.',
    server: 'notes',
    scope: z.strictObject({ notes: z.array(z.string()).min(1) }),
    denies: (scope, ask: NoteAsk) =>
      scope.notes.includes(ask.note) ? null : { denied: `The note ${ask.note} is not granted.` },
    tools: [
      setNotes({ repeat, combines, decidable, reviews, quarantine }),
      ...(quarantine ? [acceptNote, bringBackNotes] : []),
    ],
  });
}

type Marks = {
  readonly repeat: Step<NoteReader, NoteWriter>['repeat'];
  readonly combines: boolean;
  readonly decidable: boolean;
  readonly reviews: boolean;
  readonly quarantine: 'possible' | 'impossible' | undefined;
};

function setNotes(
  { repeat, combines, decidable, reviews, quarantine }: Marks,
  asked: { readonly name: string; readonly door?: 'people' } = { name: 'set_notes' },
) {
  return notesTools.write({
    ...asked,
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
        const link = notes[index]?.link;
        const content = text === null ? null : contents.putText(text);
        return { id, expectedVersion: version, content, ...(link === undefined ? {} : { link }) };
      }),
      overwrites: [],
    }),
    target: ({ notebook }) => ({ notebook }),
    ...(decidable && { decidable: 'by_policy' as const }),
    ...(reviews && {
      reviews: {
        of: ({ writes: [first], overwrites }: Plan) =>
          first === undefined || overwrites.length > 0
            ? null
            : {
                thing: `note:${first.id}`,
                name: `note ${first.id}`,
                url: `https://notes.test/${first.id}`,
                head: `v${first.expectedVersion}`,
              },
        read: ({ writes }: Plan, reader: NoteReader) => reader.reviews(writes[0]?.id ?? ''),
      },
    }),
    describe: (planned, before, contents) => ({
      ...describe(planned, before, contents),
      ...(quarantine && { quarantine }),
    }),
    owners: async ({ writes }, _before, reader) => ({
      file: { path: 'OWNERS', commit: 'c1' },
      unread: [7],
      paths: await Promise.all(writes.map(async ({ id }) => ({ path: id, owners: await reader.owners(id) }))),
    }),
    still: async ({ writes }, _before, reader) => {
      for (const { id, expectedVersion } of writes) {
        if ((await reader.find(id)).version !== expectedVersion) return { stale: `The note ${id} was changed.` };
      }
      return 'holds';
    },
    receipt: {
      fields: { note_url: 'url', note_version: 'number', note_name: 'branch', note_digest: 'oid', note_key: 'key' },
      of: ({ writes }, receipts) => {
        const id = writes[0]?.id ?? '';
        const written = (receipts[`write ${id}`] ?? {}) as JsonObject;
        const { version = null, url = `https://notes.test/${id}`, key = null } = written;
        return { note_url: url, note_version: version, note_name: id, note_key: key };
      },
    },
    standsOn: (_planned, before) =>
      before.notes.flatMap(({ id, version }) =>
        version === 0 ? [] : [{ thing: `note:${id}`, version: `${version}` }],
      ),
    leaves: ({ writes }, _before, receipts) =>
      writes.flatMap(({ id, expectedVersion }) => {
        const { version } = (receipts[`write ${id}`] ?? {}) as JsonObject;
        return version === undefined
          ? []
          : [{ thing: `note:${id}`, version: `${version}`, made: expectedVersion === 0 }];
      }),
    follows: true,
    texts: (planned, each) => ({
      ...planned,
      writes: planned.writes.map((one) => (one.link === undefined ? one : { ...one, link: each(one.link) })),
    }),
    steps: ({ writes }) => writes.map((write) => stepOf(write, repeat, quarantine === 'possible')),
    observe: ({ writes }, _before, _receipts, reader, contents) =>
      look(
        writes.map(({ id }) => id),
        reader,
        contents,
      ),
    restoring: { kept: ['The text of each note.'], back: ['The text of each note, as a new version.'], cannot: [] },
    compare,
    restore,
    combine: combines ? combine : () => null,
  });
}

const bringBackNotes = setNotes(
  { repeat: 'guarded', combines: true, decidable: false, reviews: false, quarantine: undefined },
  { name: 'bring_back_notes', door: 'people' },
);

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
    effects: writes.map(({ id, content, link = '' }) => {
      const old = was(id);
      return {
        kind: 'field',
        target: `note ${id}`,
        field: 'text',
        before: old && contents.text(old),
        after: content && `${contents.text(content)}${link}`,
      };
    }),
    touches: writes.map(({ id }) => `note:${id}`),
    flags: overwrites.map((id) => ({ code: 'overwrites_others', message: `Takes back what others did to ${id}.` })),
    reaches: [{ code: 'notifies', message: 'Readers of the notebook are told.' }],
    reversible: { kind: 'full' },
  };
}

function stepOf(
  { id, expectedVersion, content, link = '' }: Plan['writes'][number],
  repeat: Step<NoteReader, NoteWriter>['repeat'],
  canWait: boolean,
): Step<NoteReader, NoteWriter> {
  return {
    name: `write ${id}`,
    repeat,
    run: ({ write, mark, contents, origin }) =>
      write.put({
        id,
        text: content && `${contents.text(content)}${link}`,
        expectedVersion,
        mark: mark.token,
        waits: canWait && !origin.accepted,
      }),
    landed: async (reader, mark) => {
      const history = await reader.history(id);
      if (history === null) return 'unclear';
      const ours = history.find((one) => one.mark === mark.token);
      return ours ? { landed: { id, version: ours.version } } : 'not_found';
    },
  };
}

type DoneNotes = Done<State, Plan>;

const noteOf = ({ notes }: State, id: string) => notes.find((note) => note.id === id);

/** Where a note stands; what others wrote between several changes counts as theirs. */
function standingOf(done: DoneNotes, now: State, id: string): Part['standing'] {
  const [after, there] = [noteOf(done.after, id), noteOf(now, id)];
  const isThere = (state: State): boolean => noteOf(state, id)?.content?.sha256 === there?.content?.sha256;
  if (isThere(done.first) && isThere(done.before)) return 'back';
  return there?.version !== after?.version || done.between.includes(id) ? 'changed' : 'as_left';
}

function compare(done: DoneNotes, now: State): readonly Part[] {
  const side = (state: State, id: string) => {
    const content = noteOf(state, id)?.content ?? null;
    return content && { file: { content, mode: '100644' as const, binary: false } };
  };
  return done.plan.writes.map(({ id }) => {
    const standing = standingOf(done, now, id);
    const version = noteOf(now, id)?.version;
    const sides = { before: side(done.first, id), left: side(done.after, id), now: side(now, id) };
    return {
      name: id,
      ...sides,
      standing,
      later: standing === 'changed' ? [{ id: `version ${version}`, author: null }] : [],
      why: standing === 'changed' ? 'Somebody else wrote it.' : null,
    };
  });
}

function restore(done: DoneNotes, now: State, choice: RestoreChoice): { readonly plan: Plan } | Refusal {
  const conflicts: string[] = [];
  const writes = done.plan.writes.flatMap(({ id }) => {
    const standing = standingOf(done, now, id);
    const there = noteOf(now, id);
    if (!there || standing === 'back') return [];
    const isOurs = there.version === noteOf(done.after, id)?.version;
    if (standing === 'changed') conflicts.push(id);
    if (!isOurs && choice === 'untouched') return [];
    const content = noteOf(choice === 'overwrite' ? done.first : done.before, id)?.content ?? null;
    return content?.sha256 === there.content?.sha256 ? [] : [{ id, expectedVersion: there.version, content }];
  });
  if (choice === 'refuse' && conflicts.length > 0) return { refused: 'Some notes were changed since.', conflicts };
  if (writes.length === 0) return { refused: 'There is nothing to put back.', conflicts };
  return { plan: { notebook: done.plan.notebook, writes, overwrites: choice === 'overwrite' ? conflicts : [] } };
}

function combine(older: DoneNotes, newer: DoneBy): DoneNotes | null {
  if (newer.tool !== 'set_notes') return null;
  const next = { plan: plan.parse(newer.plan), before: state.parse(newer.before), after: state.parse(newer.after) };
  const first = state.parse(newer.first);
  const ids = (writes: Plan['writes']) => writes.map(({ id }) => id);
  const again = ids(next.plan.writes);
  const foreign = ids(older.plan.writes).filter(
    (id) => again.includes(id) && noteOf(older.after, id)?.version !== noteOf(next.before, id)?.version,
  );
  const joined = (one: State, other: State, from: (id: string) => boolean): State => ({
    notes: [...new Set([...one.notes, ...other.notes].map(({ id }) => id))].flatMap(
      (id) => noteOf(from(id) ? one : other, id) ?? [],
    ),
  });
  const isOlder = (id: string) => noteOf(older.before, id) !== undefined;
  return {
    plan: {
      ...older.plan,
      writes: [...older.plan.writes.filter(({ id }) => !again.includes(id)), ...next.plan.writes],
    },
    before: joined(older.before, next.before, (id) => isOlder(id) && !foreign.includes(id)),
    first: joined(older.first, first, isOlder),
    after: joined(older.after, next.after, (id) => !again.includes(id)),
    receipts: newer.receipts,
    between: [...older.between, ...newer.between, ...foreign],
  };
}

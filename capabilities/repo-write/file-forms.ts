import * as z from 'zod';
import { wellFormed } from '#capabilities/common/text.ts';
import { repoPath } from '#capabilities/repo/paths.ts';
import { maxPayload } from './file-plan.ts';

const edit = z.strictObject({
  find: wellFormed({ min: 1, max: maxPayload }).describe(
    'Text that is in the file exactly once, with its white space.',
  ),
  replace: wellFormed({ max: maxPayload }).describe('What to put in its place.'),
});

const rule =
  'each entry has `path` and exactly one of `content`, `base64`, `edits`, `delete: true`, `move_from`, or only `executable`';

const says = {
  path: 'The file, from the root of the repository.',
  content: 'The whole text of the file, new or in place of the old.',
  base64: 'All bytes of the file in base64 with padding.',
  edits: 'Replacements, made one after the other, in a file that you may read.',
  delete: 'Deletes the file.',
  move_from: 'A file that you may read: it moves to `path`, with its content as it is.',
  executable: 'Whether it is executable; as it is unless given. Alone, or beside new content.',
};

const path = repoPath;
const content = wellFormed({ max: maxPayload });
const base64 = z.string().max(maxPayload);
const edits = z.array(edit).min(1).max(200);
const executable = z.boolean();

/** What models are shown, which is far shorter than the forms one by one. */
const shown = (text: (name: keyof typeof says) => string) =>
  z.strictObject(
    {
      path: path.describe(text('path')),
      content: content.optional().describe(text('content')),
      base64: base64.optional().describe(text('base64')),
      edits: edits.optional().describe(text('edits')),
      delete: z.literal(true).optional().describe(text('delete')),
      move_from: repoPath.optional().describe(text('move_from')),
      executable: executable.optional().describe(text('executable')),
    },
    { error: ({ code }) => (code === 'invalid_type' ? rule : undefined) },
  );

const forms = z.union([
  z.strictObject({ path, content, executable: executable.optional() }),
  z.strictObject({ path, base64, executable: executable.optional() }),
  z.strictObject({ path, edits, executable: executable.optional() }),
  z.strictObject({ path, delete: z.literal(true) }),
  z.strictObject({ path, move_from: repoPath }),
  z.strictObject({ path, executable }),
]);
export type FileChange = z.infer<typeof forms>;

const made = (text: (name: keyof typeof says) => string) =>
  shown(text)
    .check(({ value, issues }) => {
      const problem = formProblem(value);
      if (problem !== null) issues.push({ code: 'custom', input: value, message: problem });
    })
    .transform((given): FileChange => forms.parse(given));

/** What one file is to be. */
export const fileChange = made((name) => says[name]);

/** The same where a model has read of it before. */
export const fileChangeAgain = made(() => 'As above.');

const formNames = ['content', 'base64', 'edits', 'delete', 'move_from'] as const;

/** Why an entry is none of the forms, or null. */
function formProblem(given: z.infer<ReturnType<typeof shown>>): string | null {
  const found = formNames.filter((name) => given[name] !== undefined);
  if (found.length > 1) return `${rule}; this one has ${found.join(' and ')}`;
  if (found.length === 0) return given.executable === undefined ? `${rule}; this one has none` : null;
  const keeps = given.delete === true || given.move_from !== undefined;
  return keeps && given.executable !== undefined ? '`executable` goes with new content, or alone' : null;
}

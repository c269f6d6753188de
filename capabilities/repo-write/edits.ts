import { AppError } from '#shared/errors.ts';
import type { Edit } from './file-changes.ts';
import { findMatches, type Matches } from './matches.ts';

/** Makes the replacements one after the other; each `find` must be there exactly once when its turn comes. */
export function applyEdits(path: string, text: string, edits: readonly Edit[]): string {
  return edits.reduce((current, edit, index) => applyEdit({ path, text: current, edit, index }), text);
}

function applyEdit(at: { path: string; text: string; edit: Edit; index: number }): string {
  const { find, replace } = adapted(at.text, at.edit);
  const matches = findMatches(at.text, find);
  const [start] = matches.first;
  // Of overlapping places too no one could say which was meant.
  if (start === undefined || matches.count > 1) throw notOnce(at, matches);
  return at.text.slice(0, start) + replace + at.text.slice(start + find.length);
}

/** A file whose every line ends with CRLF is edited as if its lines ended with LF, and stays as it is. */
function adapted(text: string, edit: Edit): Edit {
  const crlf = text.includes('\r\n') && !/(?<!\r)\n/u.test(text);
  if (!crlf || edit.find.includes('\r') || edit.replace.includes('\r')) return edit;
  return { find: edit.find.replaceAll('\n', '\r\n'), replace: edit.replace.replaceAll('\n', '\r\n') };
}

const shownLines = 10;

function notOnce(at: { path: string; text: string; index: number }, { count, first }: Matches): AppError {
  const which = `edits[${at.index}].find in ${JSON.stringify(at.path)}`;
  if (count === 0) {
    return new AppError('invalid_arguments', `${which} matches nothing.`, {
      next: 'Read the file again and give the text exactly as it stands there.',
    });
  }
  const lines = first.slice(0, shownLines).map((start) => at.text.slice(0, start).split('\n').length);
  const more = count > shownLines ? ' and more' : '';
  return new AppError('invalid_arguments', `${which} matches ${count} times (lines ${lines.join(', ')}${more}).`, {
    next: 'Give more of the text around it, so that it matches once.',
  });
}

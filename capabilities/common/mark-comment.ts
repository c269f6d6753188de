import { foldSpaced } from '#shared/tools/fold.ts';
import type { Mark } from '#shared/tools/index.ts';

/** The comment that what a change writes begins with; a browser does not show it. */
function markComment(mark: Mark): string {
  return `<!-- countersign ${mark.changeId}/${mark.token} -->`;
}

const ours = /^<!-- countersign chg_[0-9a-z]+\/[0-9a-f]+ -->(?:\r?\n\r?\n)?/;

/** A text as its author gave it: without our comment before it. */
export function withoutMarkComment(body: string): string {
  return body.replace(ours, '');
}

/** Another text in the place of the one that `body` has, with our comment before it if `body` has it. */
export function inPlaceOf(body: string, text: string): string {
  const mark = ours.exec(body)?.[0].trimEnd();
  if (mark === undefined) return text;
  return text === '' ? mark : `${mark}\n\n${text}`;
}

/** A text with our comment. It comes first: nothing before it can be left open around it. */
export function withComment(body: string, mark: Mark): string {
  return body === '' ? markComment(mark) : `${markComment(mark)}\n\n${body}`;
}

/** Whether a text begins with our comment. */
export function hasComment(body: string, mark: Mark): boolean {
  return body.startsWith(markComment(mark));
}

/** Whether text has something that a reader, or a program, could take for a mark of ours. */
export function looksLikeMark(text: string): boolean {
  return /change\p{Pd}?id\p{P}?chg_|<!\p{Pd}*countersign/u.test(foldSpaced(text));
}

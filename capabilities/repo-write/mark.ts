import { markComment } from '#capabilities/repo/mark-comment.ts';
import { foldSpaced } from '#shared/tools/fold.ts';
import type { Mark } from '#shared/tools/index.ts';
import { withTrailers } from './attribution.ts';

/** The trailer that a commit of a change ends with. */
function trailer(mark: Mark): string {
  return `Change-Id: ${mark.changeId}/${mark.token}`;
}

/** The body of a commit message with our trailer. */
export function withTrailer(body: string, mark: Mark): string {
  return withTrailers(body, trailer(mark));
}

/** Whether a commit message has our trailer as a line of its own. */
export function hasTrailer(message: string, mark: Mark): boolean {
  return message.split('\n').some((line) => line.trimEnd() === trailer(mark));
}

/** The body of a pull request with our comment. It comes first: nothing before it can be left open around it. */
export function withComment(body: string, mark: Mark): string {
  return body === '' ? markComment(mark) : `${markComment(mark)}\n\n${body}`;
}

/** Whether the body of a pull request begins with our comment. */
export function hasComment(body: string, mark: Mark): boolean {
  return body.startsWith(markComment(mark));
}

/** Whether text has something that a reader, or a program, could take for a mark of ours. */
export function looksLikeMark(text: string): boolean {
  return /change\p{Pd}?id\p{P}?chg_|<!\p{Pd}*countersign/u.test(foldSpaced(text));
}

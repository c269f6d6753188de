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

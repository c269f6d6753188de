import type { Mark } from '#shared/tools/index.ts';

/** The comment that a pull request of a change begins with; a browser does not show it. */
export function markComment(mark: Mark): string {
  return `<!-- countersign ${mark.changeId}/${mark.token} -->`;
}

const ours = /^<!-- countersign chg_[0-9a-z]+\/[0-9a-f]+ -->(?:\r?\n\r?\n)?/;

/** The text of a pull request as its author gave it: without our comment before it. */
export function withoutMarkComment(body: string): string {
  return body.replace(ours, '');
}

/** Another text in the place of the one that `body` has, with our comment before it if `body` has it. */
export function inPlaceOf(body: string, text: string): string {
  const mark = ours.exec(body)?.[0].trimEnd();
  if (mark === undefined) return text;
  return text === '' ? mark : `${mark}\n\n${text}`;
}

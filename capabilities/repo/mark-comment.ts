import type { Mark } from '#shared/tools/index.ts';

/** The comment that a pull request of a change begins with; a browser does not show it. */
export function markComment(mark: Mark): string {
  return `<!-- countersign ${mark.changeId}/${mark.token} -->`;
}

/** The text of a pull request as its author gave it: without our comment before it. */
export function withoutMarkComment(body: string): string {
  return body.replace(/^<!-- countersign chg_[0-9a-z]+\/[0-9a-f]+ -->(\n\n)?/, '');
}

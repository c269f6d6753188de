import * as z from 'zod';
import type { Mark } from '#shared/tools/index.ts';

/** The entity property of a comment or an issue in which our mark stands. Nobody sees it who only looks at Jira. */
export const markKey = 'countersign';

export const markProperty = (mark: Mark) => ({ key: markKey, value: { change: mark.changeId, token: mark.token } });

const marked = z.object({ change: z.string(), token: z.string() });

/** Whether the value of that property is this mark. */
export function isMark(value: unknown, mark: Mark): boolean {
  const found = marked.safeParse(value).data;
  return found?.change === mark.changeId && found.token === mark.token;
}

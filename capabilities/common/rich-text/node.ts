import type { Json, JsonObject } from '#shared/tools/index.ts';

/**
 * One node of a text with a form, of whatever type: those that Markdown can say have the names that Atlassian Document
 * Format gives them, and others are carried as they are.
 */
export type RichNode = {
  readonly type: string;
  readonly attrs?: JsonObject;
  readonly content?: readonly RichNode[];
  readonly marks?: readonly RichMark[];
  readonly text?: string;
};
export type RichMark = { readonly type: string; readonly attrs?: JsonObject };

/** Whether two values are the same JSON, whatever the order of their keys. */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

/** JSON with the keys of each object in order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

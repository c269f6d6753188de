import { listed } from '#capabilities/common/listed.ts';
import { shownText } from '#capabilities/common/shown-text.ts';

/** A name that somebody gave something, as an agent is told of it: in quotes, without characters that do not show. */
export function quoted(name: string): string {
  return JSON.stringify(shownText(name).text);
}

/** Several of them, the first few of many. */
export function listedNames(names: readonly string[]): string {
  return listed(names.map((name) => shownText(name).text));
}

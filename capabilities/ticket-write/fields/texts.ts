import { ticketCommands } from '#capabilities/common/commands.ts';
import { findHidden } from '#capabilities/common/hidden-characters.ts';
import { hiddenFlag, unshownFlag } from '#capabilities/common/hidden-flags.ts';
import { scanFlags } from '#capabilities/common/scan-flags.ts';
import type { FieldValues } from '#capabilities/ticket/types.ts';
import type { Description } from '#shared/tools/index.ts';
import { type FieldKey, fieldTitle, keysOf, shownField } from './values.ts';

/** Fields whose words somebody wrote; those of the others are the backend's own. */
function isWords(key: FieldKey): boolean {
  return key === 'title' || key === 'description' || key === 'labels' || key.startsWith('custom:');
}

/** What words of a ticket set off, and what of them does not show; lines that were there before are no news. */
export function warningsOf(to: FieldValues, from: FieldValues = {}): Pick<Description, 'flags' | 'reaches'> {
  const texts = keysOf(to)
    .filter(isWords)
    .map((key) => {
      const known = new Set(linesOf(shownField(key, from)));
      const text = linesOf(shownField(key, to))
        .map((line) => (known.has(line) ? '' : line))
        .join('\n');
      return { name: `the field ${JSON.stringify(fieldTitle(key, to))}`, text, key };
    });
  const found = ticketCommands(texts);
  return {
    flags: [
      ...texts.flatMap(({ name, text }) => hiddenFlag(name, findHidden(text))),
      ...texts.flatMap((each) => unshownFlag(each)),
      ...texts.flatMap(({ name, key }) => scanFlags({ name, text: shownField(key, to) ?? '' }, shownField(key, from))),
      ...found.flags,
    ],
    reaches: found.reaches,
  };
}

function linesOf(text: string | null): readonly string[] {
  return (text ?? '').split(/\r?\n/u);
}

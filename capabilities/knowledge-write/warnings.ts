import { pageSignals } from '#capabilities/common/commands.ts';
import { findHidden } from '#capabilities/common/hidden-characters.ts';
import { hiddenFlag, type NamedText, unshownFlag } from '#capabilities/common/hidden-flags.ts';
import { scanFlags } from '#capabilities/common/scan-flags.ts';
import type { Flag } from '#shared/tools/index.ts';

/** Words that are put before others; `known` is what they see there already. */
export type PutBefore = NamedText & { readonly known: string | null };

/**
 * What an approver should not overlook in words of pages and comments: what does not show, what speaks to models or
 * could carry data out, whom it mentions, what it has fetched by whoever looks at it. Lines that others see already are
 * no news. HTML is shown as text and does nothing.
 */
export function flagsOf(words: readonly PutBefore[]): readonly Flag[] {
  const fresh = words.map(({ name, text, known }) => ({ name, text: freshIn(text, known) }));
  return [
    ...fresh.flatMap(({ name, text }) => hiddenFlag(name, findHidden(text))),
    ...fresh.flatMap((each) => unshownFlag(each)),
    ...words.flatMap((each) => scanFlags(each, each.known)),
    ...pageSignals(fresh),
  ];
}

/** A text with a blank line for each that is known, so that the numbers of lines stay. */
function freshIn(text: string, known: string | null): string {
  if (known === null) return text;
  const lines = new Set(known.split(/\r?\n/u));
  return text
    .split(/\r?\n/u)
    .map((line) => (lines.has(line) ? '' : line))
    .join('\n');
}

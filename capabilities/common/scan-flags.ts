import type { Flag } from '#shared/tools/index.ts';
import type { NamedText } from './hidden-flags.ts';
import { type Finding, scan } from './scan/scan.ts';

const says = {
  instructions: 'Text that speaks to models',
  encoded_content: 'Encoded text',
  exfiltration: 'What could carry data out',
} as const;

const shown = 3;

/**
 * What an approver should not overlook of what a text says, each kind in one sentence. `known` is what was there before:
 * lines that stay are no news, unless what is new makes something else of them.
 */
export function scanFlags({ name, text }: NamedText, known: string | null = null): readonly Flag[] {
  const fresh = freshIn(text, known);
  return (['instructions', 'encoded_content', 'exfiltration'] as const).flatMap((code) => {
    const found = fresh.filter((finding) => finding.code === code);
    return found.length === 0 ? [] : [{ code, message: `${says[code]} in ${name}: ${told(found)}.` }];
  });
}

function freshIn(text: string, known: string | null): readonly Finding[] {
  const found = scan(text);
  if (known === null || found.length === 0) return found;
  const linesBefore = new Set(known.split(/\r?\n/u));
  const foundBefore = new Set(scan(known).map(keyOf));
  const lines = text.split(/\r?\n/u);
  return found.filter(({ line, ...each }) => !linesBefore.has(lines[line - 1] ?? '') || !foundBefore.has(keyOf(each)));
}

function keyOf({ code, excerpt }: Pick<Finding, 'code' | 'excerpt'>): string {
  return `${code} ${excerpt}`;
}

function told(found: readonly Finding[]): string {
  const first = found.slice(0, shown).map(({ excerpt, line }) => `${JSON.stringify(excerpt)} (line ${line})`);
  return found.length > shown ? `${first.join(', ')} and ${found.length - shown} more` : first.join(', ');
}

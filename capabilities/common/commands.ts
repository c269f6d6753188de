import type { Reach } from '#shared/tools/index.ts';
import type { NamedText } from './hidden-flags.ts';
import { listed } from './listed.ts';

/** Text that other software acts on once it is on the platform. */
const commands: readonly { readonly says: string; readonly pattern: RegExp }[] = [
  {
    says: 'Mentions people, teams or bots',
    pattern: /(?<![\p{L}\p{N}_/.`-])@[A-Za-z0-9][A-Za-z0-9-]*(?:\/[A-Za-z0-9._-]+)?/gu,
  },
  {
    says: 'Asks CI not to run',
    pattern: /\[(?:skip[ -]ci|ci[ -]skip|no[ -]ci|skip[ -]actions|actions[ -]skip)\]|^skip-checks: *true/gimu,
  },
  {
    says: 'Closes issues when it is merged',
    pattern:
      /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? +(?:(?:[\w.-]+\/[\w.-]+)?#\d+|gh-\d+|https?:\/\/\S+\/issues\/\d+)/giu,
  },
  {
    // Jira acts on a key, any words and then a command, all in one line.
    says: 'Has smart commits, which change tickets',
    pattern: /\b[A-Z][A-Z0-9_]+-\d+\b[^\n]{0,200}?[ \t]#[a-z][\w-]*/gu,
  },
  { says: 'Has lines that bots take for commands', pattern: /^[ \t]*\/[a-z][\w-]*/gimu },
];

/** What the texts of a change set off in other software. */
export function commandReaches(texts: readonly NamedText[]): readonly Reach[] {
  return commands.flatMap(({ says, pattern }) => {
    const found = texts.flatMap(({ text }) => text.match(pattern) ?? []).map((match) => match.trim());
    if (found.length === 0) return [];
    return [{ code: 'triggers_software' as const, message: `${says}: ${listed([...new Set(found)])}.` }];
  });
}

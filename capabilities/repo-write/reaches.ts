import type { RepositoryRef } from '#capabilities/repo/types.ts';
import type { Description, Reach } from '#shared/tools/index.ts';
import { listed } from './file-kinds.ts';
import type { NamedText } from './flags.ts';

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

/** What is written to a public repository is everybody's at once, and stays theirs whatever is put back. */
export function leavesOrganisation({ name, visibility }: RepositoryRef): readonly Reach[] {
  if (visibility !== 'public') return [];
  return [{ code: 'leaves_organisation', message: `${name} is public: everybody can read what is written there.` }];
}

/** Who can see what is written to a repository, where that is known. */
export function audienceOf({ visibility }: RepositoryRef): Pick<Description, 'audience'> {
  return visibility === undefined ? {} : { audience: visibility };
}

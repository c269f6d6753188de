import type { Flag, Reach } from '#shared/tools/index.ts';
import { withoutPackageNames } from './code-spans.ts';
import type { NamedText } from './hidden-flags.ts';
import { listed } from './listed.ts';

/** A kind of text that other software acts on once it is on the platform. */
type Kind = {
  readonly says: string;
  readonly pattern: RegExp;
  /** What of a text it is looked for in; all of it unless given. */
  readonly within?: (text: string) => string;
};

const mentions: Kind = {
  says: 'Mentions people, teams or bots',
  pattern: /(?<![\p{L}\p{N}_/.-])@[A-Za-z0-9][A-Za-z0-9-]*(?:\/[A-Za-z0-9._-]+)?/gu,
  within: withoutPackageNames,
};

const smartCommits: Kind = {
  // Jira acts on a key, any words and then a command, all in one line.
  says: 'Has smart commits, which change tickets',
  pattern: /\b[A-Z][A-Z0-9_]+-\d+\b[^\n]{0,200}?[ \t]#[a-z][\w-]*/gu,
};

const commands: Kind = { says: 'Has lines that bots take for commands', pattern: /^[ \t]*\/[a-z][\w-]*/gimu };

/** In the order in which an approver is told of them. */
const onRepositories: readonly Kind[] = [
  mentions,
  {
    says: 'Asks CI not to run',
    pattern: /\[(?:skip[ -]ci|ci[ -]skip|no[ -]ci|skip[ -]actions|actions[ -]skip)\]|^skip-checks: *true/gimu,
  },
  {
    says: 'Closes issues when it is merged',
    pattern:
      /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? +(?:(?:[\w.-]+\/[\w.-]+)?#\d+|gh-\d+|https?:\/\/\S+\/issues\/\d+)/giu,
  },
  smartCommits,
  commands,
];

/**
 * Trackers take more for a mention: names in any letters, and in code too, since not all of them know code; Jira's
 * `[~name]`; the address of somebody's profile in Linear. And for a command: `#close`, and GitHub's "Duplicate of #1".
 */
const onTickets: readonly (Kind & { readonly code: Flag['code'] })[] = [
  {
    code: 'mentions',
    says: mentions.says,
    pattern:
      /(?<![\p{L}\p{N}_/.-])@[\p{L}\p{N}](?:[\p{L}\p{N}._/-]*[\p{L}\p{N}_])?|\[~[^\]\n]{1,200}\]|\/\/linear\.app\/[^\s/]+\/profiles\/[\w.-]+/gu,
  },
  { code: 'smart_commits', ...smartCommits },
  {
    code: 'commands',
    says: commands.says,
    pattern:
      /^[ \t]*[/#][a-z][\w-]*|^[ \t]*duplicate of[ \t]+(?:(?:[\w.-]+\/[\w.-]+)?#\d+|https?:\/\/\S+\/issues\/\d+)/gimu,
  },
];

/** What the texts of a change of a repository set off in other software. */
export function commandReaches(texts: readonly NamedText[]): readonly Reach[] {
  return onRepositories.flatMap((kind) => told(kind, texts).map((message) => ({ code: 'triggers_software', message })));
}

/** The same for the texts of a change of a ticket: each kind is a flag there, too, that rules can name. */
export function ticketCommands(texts: readonly NamedText[]): {
  readonly flags: readonly Flag[];
  readonly reaches: readonly Reach[];
} {
  const found = onTickets.flatMap(({ code, ...kind }) => told(kind, texts).map((message) => ({ code, message })));
  return { flags: found, reaches: found.map(({ message }) => ({ code: 'triggers_software', message })) };
}

/** One sentence that names what is found; none where nothing is. */
function told({ says, pattern, within = (text) => text }: Kind, texts: readonly NamedText[]): readonly string[] {
  const found = texts.flatMap(({ text }) => within(text).match(pattern) ?? []).map((match) => match.trim());
  return found.length === 0 ? [] : [`${says}: ${listed([...new Set(found)])}.`];
}

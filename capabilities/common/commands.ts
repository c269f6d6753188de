import { type Flag, fillReferences, type Reach, referencesIn } from '#shared/tools/index.ts';
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
 * Trackers take more for a mention: names in any letters, and in code too, since not all of them know code; after any sign;
 * with a character reference for the `@`; Jira's `[~name]`; the address of somebody's profile in Linear. And for a command:
 * `#close`, and GitHub's "Duplicate of #1". A picture is fetched by whoever looks at the ticket: its address can tell
 * what the writer knows to whoever answers there.
 */
const onTickets: readonly (Kind & { readonly code: Flag['code'] })[] = [
  {
    code: 'mentions',
    says: mentions.says,
    pattern:
      /(?<![\p{L}\p{N}])(?:@|&#0{0,7}64;|&#x0{0,7}40;|&commat;)[\p{L}\p{N}](?:[\p{L}\p{N}._/-]*[\p{L}\p{N}_])?|\[~[^\]\n]{1,200}\]|\/\/linear\.app\/[^\s/]+\/profiles\/[\w.-]+/gu,
  },
  { code: 'smart_commits', ...smartCommits },
  {
    code: 'commands',
    says: commands.says,
    pattern:
      /^[ \t]*[/#][a-z][\w-]*|^[ \t]*duplicate of[ \t]+(?:(?:[\w.-]+\/[\w.-]+)?#\d+|https?:\/\/\S+\/issues\/\d+)/gimu,
  },
  {
    code: 'remote_content',
    says: 'Has pictures that are fetched by whoever looks at it',
    pattern:
      /!\[[^\]\n]{0,80}\]?(?:[([][^)\]\s]{0,200})?|<(?:img|picture|source|video|audio|iframe|object|embed|svg)\b/giu,
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
  const found = texts
    .flatMap(({ text }) => readings(text))
    .flatMap((text) => within(text).match(pattern) ?? [])
    .map((match) => match.trim());
  return found.length === 0 ? [] : [`${says}: ${listed([...new Set(found)])}.`];
}

/** What the texts of a page or a comment on one set off: who is mentioned is told, and pictures are fetched. */
export function pageSignals(texts: readonly NamedText[]): readonly Flag[] {
  const isOfPages = ({ code }: Pick<Flag, 'code'>) => code === 'mentions' || code === 'remote_content';
  return onTickets
    .filter(isOfPages)
    .flatMap(({ code, ...kind }) => told(kind, texts).map((message) => ({ code, message })));
}

/** What can stand in the place of a reference to an earlier change: a key of either form, a branch, a number. */
const samples = ['AFTER-1', 'after/after#1', 'after', '1'] as const;

/** A text as it stands there, and as it may read once references in it are filled in: `@{{after.branch}}` is a mention. */
function readings(text: string): readonly string[] {
  if (referencesIn(text).length === 0) return [text];
  return [text, ...samples.map((sample) => fillReferences(text, () => sample))];
}

import type { Answered } from '#shared/changes/answered.ts';

/** The name of the check, for rulesets to require. */
export const checkName = 'countersign';

/** What the check says of a head. Every word is ours, an id, or a key of the list of people: none is an agent's. */
export type Verdict = {
  readonly conclusion: 'success' | 'neutral' | 'failure';
  readonly title: string;
  readonly summary: string;
  /** The change that it is about, where it is about one. */
  readonly changeId: string | null;
};

/** What the commits of a pull request are, newest first. */
export type Commits = {
  /** The changes that made some of them, newest first. */
  readonly answered: readonly Answered[];
  /** Commits of this App that no change on record made. */
  readonly strays: readonly string[];
  /** How many others made. */
  readonly others: number;
  /** Who approved just this head, in a review on GitHub or a merge of it, by their keys. */
  readonly reviewers: readonly string[];
};

const mostListed = 20;

/** What to say of a head: failing while nobody but the sponsor has answered for some of what agents wrote there. */
export function verdictOf({ answered, strays, others, reviewers }: Commits): Verdict {
  const lines = [
    ...answered.slice(0, mostListed).map(line),
    ...(answered.length > mostListed ? [`- and ${answered.length - mostListed} more`] : []),
    ...(others > 0 && answered.length > 0 ? [`- ${others} commits by others, for which nobody was asked here`] : []),
  ];
  const changeId = answered[0]?.changeId ?? null;
  const said = (conclusion: Verdict['conclusion'], title: string): Verdict => {
    return { conclusion, title, summary: lines.length === 0 ? title : lines.join('\n'), changeId };
  };
  if (strays.length > 0) return said('failure', 'Some commits of this App are not on record here');
  if (answered.length === 0) return said('neutral', 'No agent wrote any of this through Countersign');
  const alone = answered.filter(({ onlySponsor }) => onlySponsor);
  const sponsors = [...new Set(alone.map(({ sponsor }) => sponsor))];
  const reviewed = reviewers.filter((one) => !sponsors.includes(one));
  const people = [...new Set([...answered.flatMap((one) => one.people), ...reviewed])].sort();
  if (alone.length > 0 && reviewed.length === 0) {
    return said('failure', `Nobody but the sponsor (${sponsors.join(', ')}) is known to have answered for this`);
  }
  if (reviewed.length > 0) lines.push(`- this head: ${reviewed.join(', ')}`);
  return said('success', people.length === 0 ? 'Answered for by a rule' : `Answered for by ${people.join(', ')}`);
}

function line({ changeId, people, unknown, by, sponsor }: Answered): string {
  const who = [...people, ...(unknown > 0 ? [`${unknown} who are not in the list of people`] : [])];
  const said = who.length === 0 ? 'no person' : who.join(', ');
  return `- ${changeId}, for ${sponsor}: ${said}${by === null ? '' : `, by ${by}`}`;
}

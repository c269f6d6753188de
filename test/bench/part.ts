/** One value of a table; numbers are rounded only where they are shown. */
export type Cell = string | number;

/** `digits`: how many decimals a number of this column is shown with; none unless given. */
export type Column = { readonly name: string; readonly digits?: number };

export type Table = { readonly columns: readonly Column[]; readonly rows: readonly (readonly Cell[])[] };

export type PartOptions = {
  /** How often everything is repeated; one round is a quick look. */
  readonly rounds: number;
  /** Also measure from a fresh clone, with `npm ci`; it needs the package registry. */
  readonly fresh: boolean;
  /** Where manuals of Debian are kept, or are to be; undefined for those who have no use for them. */
  readonly manuals: string | undefined;
  /** How many passages of them are searched, in one run after the other. */
  readonly passages: readonly number[];
};

/** A part that cannot be measured as things are, and need not be; the message says why. */
export class Skipped extends Error {}

/** How many rounds are run and thrown away before those that count; none before a quick look, which measures little. */
export function warmUpRounds(rounds: number): number {
  return rounds === 1 ? 0 : Math.ceil(rounds / 5);
}

/** One thing that is measured. */
export type Part = {
  /** As `--only` takes it. */
  readonly name: string;
  readonly title: string;
  /** What the numbers mean and how they come about. */
  readonly about: string;
  readonly measure: (options: PartOptions) => Promise<readonly Table[]>;
};

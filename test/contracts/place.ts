/** What a place says of itself, whatever is kept there. */
export type ContractPlace = {
  /** How long what was written may take until a search finds it, in milliseconds. */
  readonly settleMs: number;
  /** How long a write may wait until the backend takes more of them, in milliseconds; 0 where it has no limits. */
  readonly paceMs: number;
  /** Is told, at the end, the word that the titles of all that the run made have: they are left behind. */
  readonly leaves?: (run: string) => void;
};

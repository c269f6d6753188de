/** Who owns the files of a change, as its repository says: for review rules that ask for code owners. */
export type Ownership = {
  /** The file that says so; null where there is none. */
  readonly file: { readonly path: string; readonly commit: string } | null;
  /** The numbers of its lines that say nothing that counts. */
  readonly unread: readonly number[];
  /** `owners` as they are written there; empty for nobody. */
  readonly paths: readonly { readonly path: string; readonly owners: readonly string[] }[];
};

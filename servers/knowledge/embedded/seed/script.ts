/** A page of the demo, with what became of it. Links between them are relative to their paths, as after an import. */
export type Script = {
  /** Where it would be in a folder of files. */
  readonly path: string;
  readonly title: string;
  /** The path of the page above it; at the top unless given. */
  readonly under?: string;
  /** A user name. */
  readonly by: string;
  readonly at: string;
  readonly text: string;
  /** Other texts that it got later. */
  readonly later?: readonly { readonly by: string; readonly at: string; readonly text: string }[];
  /** Where it was taken from: by nobody who works here, and untrusted. */
  readonly from?: string;
  readonly comments?: readonly { readonly by: string; readonly at: string; readonly text: string }[];
};

/** Lines of a text. */
export const lines = (...all: readonly string[]): string => all.join('\n');

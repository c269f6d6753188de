/** Something in a text that an approver should look at. That there is none says nothing about a text. */
export type Finding = {
  readonly code: 'instructions' | 'encoded_content' | 'exfiltration';
  /** What was found, shortened: data to be shown, of whatever the text says. */
  readonly excerpt: string;
  /** From 1. */
  readonly line: number;
};

/** Where something is in a text (UTF-16 code units) and how it reads. */
export type Place = { readonly at: number; readonly excerpt: string };

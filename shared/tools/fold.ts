/** What NTFS, APFS and HFS+ leave out of account when they compare names. */
const ignorable = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cc}]/gu;

/**
 * One spelling for all that a file system which ignores case takes for the same name: canonical composition and full
 * case folding, nothing more. Two paths that agree under it cannot stand side by side on every machine.
 */
export function foldCase(text: string): string {
  // Upper case first: it joins what lower case alone keeps apart (ß and SS, ſ and S, final sigma).
  return text.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

/**
 * One spelling for all that some file system, or a reader, takes for the same segment of a path; far wider than
 * {@link foldCase}. For refusing only: what it joins may well be different things.
 */
export function foldLookalike(segment: string): string {
  const seen = foldCase(segment.normalize('NFKC').replace(ignorable, ''));
  // NTFS reads what follows a colon as the name of a stream of the file, and drops trailing dots and spaces.
  return seen.replace(/:.*$/su, '').replace(/[. ]+$/u, '');
}

/** Text without anything invisible and without white space, folded: for finding a phrase however it is spaced. */
export function foldSpaced(text: string): string {
  return foldCase(text.normalize('NFKC').replace(ignorable, '')).replace(
    /[\p{White_Space}\p{Default_Ignorable_Code_Point}]/gu,
    '',
  );
}

/** What the name of a place has to say before anything is written there. */
const scratchWords = 'countersign scratch';

/** The safety catch: throws unless the name says that nothing there is of worth. */
export function assertScratch(place: { readonly name: string; readonly archived: boolean } | null, key: string): void {
  const name = place?.name.toLowerCase().replaceAll(/[-_/.]/g, ' ') ?? '';
  if (place !== null && !place.archived && name.includes(scratchWords)) return;
  throw new Error(
    `${key} is not written to: it is not there, is archived, or its name does not say "${scratchWords}". ` +
      'Only one that nobody else uses may say so.',
  );
}

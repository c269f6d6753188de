import type { Repository } from '#capabilities/repo-read/ports.ts';

/** What the description of a repository has to say before anything is written there. */
const scratchWords = 'countersign scratch';

/** The safety catch: throws unless the description says that nothing there is of worth. */
export function assertScratch({ name, description, archived }: Repository): void {
  if (archived || !description?.toLowerCase().includes(scratchWords)) {
    throw new Error(
      `${name} is not written to: its description does not say "${scratchWords}", or it is archived. ` +
        'Only a repository that nobody else uses may say so.',
    );
  }
}

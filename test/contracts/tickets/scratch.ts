import type { Project } from '#capabilities/ticket-read/ports.ts';

/** What the name of a project has to say before anything is written there. */
const scratchWords = 'countersign scratch';

/** The safety catch: throws unless the name says that nothing there is of worth. */
export function assertScratch(project: Project | null, key: string): void {
  const name = project?.name.toLowerCase().replaceAll(/[-_/.]/g, ' ') ?? '';
  if (project !== null && !project.archived && name.includes(scratchWords)) return;
  throw new Error(
    `${key} is not written to: it is not there, is archived, or its name does not say "${scratchWords}". ` +
      'Only a project that nobody else uses may say so.',
  );
}

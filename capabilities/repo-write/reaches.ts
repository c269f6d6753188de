import type { RepositoryRef } from '#capabilities/repo/types.ts';
import type { Description, Reach } from '#shared/tools/index.ts';

/** What is written to a public repository is everybody's at once, and stays theirs whatever is put back. */
export function leavesOrganisation({ name, visibility }: RepositoryRef): readonly Reach[] {
  if (visibility !== 'public') return [];
  return [{ code: 'leaves_organisation', message: `${name} is public: everybody can read what is written there.` }];
}

/** Who can see what is written to a repository, where that is known. */
export function audienceOf({ visibility }: RepositoryRef): Pick<Description, 'audience'> {
  return visibility === undefined ? {} : { audience: visibility };
}

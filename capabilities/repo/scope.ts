import * as z from 'zod';
import { repositoryName, sameRepository } from './name.ts';
import { pathRules } from './path-rules.ts';

/** What the scopes of all repository capabilities begin with. */
export const repositoryScope = {
  repositories: z.array(repositoryName).min(1),
  paths: pathRules.optional(),
};

export function coversRepository(scope: { readonly repositories: readonly string[] }, repository: string): boolean {
  return scope.repositories.some((granted) => sameRepository(granted, repository));
}

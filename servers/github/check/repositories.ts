import * as z from 'zod';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';

const scope = z.object({ repositories: z.array(z.string()) });

const writing = ['repo-write', 'repo-merge'];

/** The repositories that some agent may write to, by their names, each once. */
export function writableRepositories(blueprints: readonly Pick<Blueprint, 'grants'>[]): readonly string[] {
  const names = blueprints.flatMap(({ grants }) =>
    writing.flatMap((capability) => scope.safeParse(grants.get(capability)?.scope).data?.repositories ?? []),
  );
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}

import * as z from 'zod';
import { repoCapabilities } from '#capabilities/index.ts';
import { sameRepository } from '#capabilities/repo/name.ts';
import { type Requirements, requirements } from '#capabilities/repo/safeguards.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';

/** What blueprints grant of one repository, all of them together. */
export type GrantedRepository = {
  readonly name: string;
  /** Whether anything may be written to it. */
  readonly written: boolean;
  /** What each blueprint requires of it that requires something. */
  readonly required: readonly { readonly blueprint: string; readonly wanted: Requirements }[];
};

const scope = z.object({ repositories: z.array(z.string()), requires: requirements.optional() });

/** The tools of this server that blueprints grant, and the repositories that they grant them for. */
export function grantedBy(blueprints: readonly Blueprint[]): {
  readonly tools: ReadonlySet<string>;
  readonly repositories: readonly GrantedRepository[];
} {
  const tools = new Set<string>();
  const repositories: GrantedRepository[] = [];
  for (const blueprint of blueprints) {
    for (const { name: capability, tools: all } of repoCapabilities) {
      const grant = blueprint.grants.get(capability);
      if (grant === undefined) continue;
      for (const tool of grant.tools) tools.add(tool);
      const { repositories: names, requires } = scope.parse(grant.scope);
      const written = all.some(({ kind, name }) => kind === 'write' && grant.tools.has(name));
      const required = requires === undefined ? [] : [{ blueprint: blueprint.name, wanted: requires }];
      for (const name of names) add(repositories, { name, written, required });
    }
  }
  return { tools, repositories };
}

function add(known: GrantedRepository[], more: GrantedRepository): void {
  const at = known.findIndex(({ name }) => sameRepository(name, more.name));
  const old = known[at];
  if (old === undefined) known.push(more);
  else {
    const written = old.written || more.written;
    known[at] = { name: old.name, written, required: [...old.required, ...more.required] };
  }
}

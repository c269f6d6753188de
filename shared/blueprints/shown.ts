import * as z from 'zod';
import type { Grantable } from './blueprint.ts';

/** So many tools of one server a blueprint shows an agent at most: models choose worse among more. */
const mostShown = 15;

/** The tools of a capability that a blueprint grants which lists these, or none. */
export function grantedTools({ tools, usual }: Grantable, listed: readonly string[] | undefined): readonly string[] {
  return listed ?? usual ?? grantable(tools).map(({ name }) => name);
}

/** What people alone ask for is nobody's to grant. */
export function grantable<Tool extends Grantable['tools'][number]>(tools: readonly Tool[]): readonly Tool[] {
  return tools.filter(({ door }) => door !== 'people');
}

/** Reports each server of which a blueprint would show more tools than a model keeps apart. */
export function checkShown(capabilities: readonly Grantable[]) {
  const servers = Map.groupBy(capabilities, ({ name, server }) => server ?? name);
  return (granted: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void => {
    for (const [server, all] of servers) {
      const given = all.filter(({ name }) => granted[name] !== undefined);
      const shown = new Set(given.flatMap((capability) => shownTools(capability, granted[capability.name])));
      if (shown.size <= mostShown) continue;
      const where = given.map(({ name }) => `${name}.tools`).join(' and ');
      const message = `This shows ${shown.size} tools of the ${server} server; at most ${mostShown} go together. Name those that the work needs in ${where}.`;
      context.addIssue({ code: 'custom', path: [given.at(-1)?.name ?? ''], message });
    }
  };
}

const listing = z.object({ tools: z.array(z.string()).optional() });

function shownTools(capability: Grantable, given: unknown): readonly string[] {
  const granted = grantedTools(capability, listing.safeParse(given).data?.tools);
  return granted.filter((name) => capability.tools.every((tool) => tool.name !== name || tool.door === undefined));
}

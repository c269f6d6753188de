import type { Blueprint } from './blueprint.ts';
import type { Read } from './parse.ts';
import { type BlueprintProblem, pathName } from './problems.ts';

/** What two blueprints cannot both say, reported at the later one. */
export function rivalries(files: readonly Read[]): BlueprintProblem[] {
  const problems: BlueprintProblem[] = [];
  const earlier: Blueprint[] = [];
  for (const { blueprint, locate } of files) {
    if (blueprint === null) continue;
    const { source } = blueprint;
    for (const other of earlier) {
      for (const { path, message } of between(blueprint, other)) {
        problems.push({ source, ...locate(path, 'value'), path: pathName(path), message });
      }
    }
    earlier.push(blueprint);
  }
  return problems;
}

type Rivalry = { readonly path: readonly PropertyKey[]; readonly message: string };

function between(one: Blueprint, other: Blueprint): Rivalry[] {
  const found: Rivalry[] = [];
  if (one.name === other.name) {
    found.push({ path: ['blueprint'], message: `This name is taken by ${other.source}.` });
  }
  for (const [index, listener] of one.listeners.entries()) {
    if (!other.listeners.includes(listener)) continue;
    const message = `This listener is taken by "${other.name}" (${other.source}): a caller there could be either.`;
    found.push({ path: ['callers', index, 'listener'], message });
  }
  if (one.agent !== other.agent && one.agent.toLowerCase() === other.agent.toLowerCase()) {
    const message = `This differs from agent "${other.agent}" (${other.source}) in small and capital letters only.`;
    found.push({ path: ['agent'], message });
  }
  if (one.agent === other.agent && one.sponsor !== other.sponsor) {
    const message = `This agent acts for "${other.sponsor}" in ${other.source}; an agent has one sponsor.`;
    found.push({ path: ['sponsor'], message });
  }
  return found;
}

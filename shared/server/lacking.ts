import type { Blueprint, Grantable } from '#shared/blueprints/blueprint.ts';

/**
 * A sentence for each blueprint that grants what the backend cannot serve, so that nobody wonders why an agent does not
 * see it.
 */
export function whatLacks(
  backend: { readonly name: string; readonly lacks: readonly string[] },
  capabilities: readonly Grantable[],
  blueprints: readonly Blueprint[],
): readonly { readonly blueprint: string; readonly message: string }[] {
  return blueprints.flatMap(({ name, grants }) => {
    const granted = capabilities.flatMap((capability) => [...(grants.get(capability.name)?.tools ?? [])]);
    const lacking = granted.filter((tool) => backend.lacks.includes(tool));
    const message = `${backend.name} cannot serve ${lacking.join(', ')}, which ${name} grants: its agent is not shown it.`;
    return lacking.length === 0 ? [] : [{ blueprint: name, message }];
  });
}

import { ticketCapabilities } from '#capabilities/index.ts';
import type { TicketBackend } from '#capabilities/ticket-read/ports.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';

/**
 * A sentence for each blueprint that grants what the backend cannot serve, so that nobody wonders why an agent does not
 * see it.
 */
export function whatLacks(
  backend: Pick<TicketBackend, 'name' | 'lacks'>,
  blueprints: readonly Blueprint[],
): readonly { readonly blueprint: string; readonly message: string }[] {
  return blueprints.flatMap(({ name, grants }) => {
    const granted = ticketCapabilities.flatMap((capability) => [...(grants.get(capability.name)?.tools ?? [])]);
    const lacking = granted.filter((tool) => backend.lacks.includes(tool));
    const message = `${backend.name} cannot serve ${lacking.join(', ')}, which ${name} grants: its agent is not shown it.`;
    return lacking.length === 0 ? [] : [{ blueprint: name, message }];
  });
}

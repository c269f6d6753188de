import { ticketCapabilities } from '#capabilities/index.ts';
import type { TicketBackend } from '#capabilities/ticket-read/ports.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import type { Log } from '#shared/telemetry/log.ts';

/** Says which tools blueprints grant that the backend cannot serve, so that nobody wonders why an agent does not see them. */
export function sayWhatLacks(
  backend: Pick<TicketBackend, 'name' | 'lacks'>,
  blueprints: readonly Blueprint[],
  log: Log,
): void {
  for (const { name, grants } of blueprints) {
    const granted = ticketCapabilities.flatMap((capability) => [...(grants.get(capability.name)?.tools ?? [])]);
    const lacking = granted.filter((tool) => backend.lacks.includes(tool));
    if (lacking.length === 0) continue;
    log(`${backend.name} cannot serve ${lacking.join(', ')}: the agent of ${name} is not shown what is granted of it`);
  }
}

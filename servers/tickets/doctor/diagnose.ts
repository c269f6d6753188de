import * as z from 'zod';
import { ticketCapabilities } from '#capabilities/index.ts';
import { sameName } from '#capabilities/ticket/keys.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { findings } from '#shared/doctor/finding.ts';
import { lookAtOwn } from '#shared/doctor/own.ts';
import type { Report } from '#shared/doctor/report.ts';
import type { TicketsConfig } from '../config.ts';
import { whatLacks } from '../lacking.ts';
import type { TicketBackendParts } from '../parts.ts';

/** Looks at everything between this server and its tickets. Writes nothing anywhere. */
export async function diagnose({
  config,
  blueprints,
  backend,
}: {
  readonly config: Pick<TicketsConfig, 'decisionKeys' | 'ledger'>;
  readonly blueprints: readonly Blueprint[];
  readonly backend: Pick<TicketBackendParts, 'reader' | 'examine'>;
}): Promise<Report> {
  const [found, own] = await Promise.all([backend.examine(grantedProjects(blueprints)), lookAtOwn(config)]);
  const lacking = whatLacks(backend.reader.backend, blueprints).map(({ blueprint, message }) =>
    findings(blueprint).advice('tools', message),
  );
  return { ...found, findings: [...own, ...found.findings, ...lacking] };
}

const scope = z.object({ projects: z.array(z.string()) });

/** The projects that blueprints grant something of. */
function grantedProjects(blueprints: readonly Blueprint[]): readonly string[] {
  const all = blueprints.flatMap(({ grants }) =>
    ticketCapabilities.flatMap(({ name }) => {
      const grant = grants.get(name);
      return grant === undefined ? [] : scope.parse(grant.scope).projects;
    }),
  );
  return all.filter((key, at) => all.findIndex((other) => sameName(other, key)) === at);
}

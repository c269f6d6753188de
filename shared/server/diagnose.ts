import * as z from 'zod';
import type { Blueprint, Grantable } from '#shared/blueprints/blueprint.ts';
import { findings } from '#shared/doctor/finding.ts';
import { lookAtOwn } from '#shared/doctor/own.ts';
import type { Report } from '#shared/doctor/report.ts';
import { foldCase } from '#shared/tools/fold.ts';
import { whatLacks } from './lacking.ts';
import type { ServerConfig } from './settings.ts';

/** What of a backend is looked at. */
export type Examined = {
  readonly reader: { readonly backend: { readonly name: string; readonly lacks: readonly string[] } };
  readonly examine: (divisions: readonly string[]) => Promise<Report>;
};

/** Looks at everything between a server and its backend. Writes nothing anywhere. */
export async function diagnose({
  config,
  blueprints,
  backend,
  capabilities,
  divisions,
}: {
  readonly config: Pick<ServerConfig, 'decisionKeys' | 'ledger'>;
  readonly blueprints: readonly Blueprint[];
  readonly backend: Examined;
  readonly capabilities: readonly Grantable[];
  /** Where a scope names what the backend is divided into: `projects`. */
  readonly divisions: string;
}): Promise<Report> {
  const granted = grantedDivisions(blueprints, capabilities, divisions);
  const [found, own] = await Promise.all([backend.examine(granted), lookAtOwn(config)]);
  const lacking = whatLacks(backend.reader.backend, capabilities, blueprints).map(({ blueprint, message }) =>
    findings(blueprint).advice('tools', message),
  );
  return { ...found, findings: [...own, ...found.findings, ...lacking] };
}

/** The divisions that blueprints grant something of, each once, whatever its letters are. */
function grantedDivisions(
  blueprints: readonly Blueprint[],
  capabilities: readonly Grantable[],
  key: string,
): readonly string[] {
  const scope = z.object({ [key]: z.array(z.string()) });
  const all = blueprints.flatMap(({ grants }) =>
    capabilities.flatMap(({ name }) => {
      const grant = grants.get(name);
      return grant === undefined ? [] : (scope.parse(grant.scope)[key] ?? []);
    }),
  );
  return all.filter((one, at) => all.findIndex((other) => foldCase(other) === foldCase(one)) === at);
}

import type { Grantable } from '#shared/blueprints/blueprint.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { runProgram } from '#shared/process/run-program.ts';
import type { ChosenConfig } from './chosen-config.ts';
import { diagnose, type Examined } from './diagnose.ts';

/** The doctor of a server whose backend is chosen, as this process: what it found, as JSON on standard output. */
export async function runDoctor({
  readConfig,
  allCapabilities,
  ...looked
}: {
  readonly readConfig: () => ChosenConfig<Examined & { readonly close: () => Promise<void> }>;
  /** What blueprints may grant, of whatever server. */
  readonly allCapabilities: readonly Grantable[];
  readonly capabilities: readonly Grantable[];
  readonly divisions: string;
}): Promise<void> {
  await runProgram(async () => {
    const config = readConfig();
    const blueprints = loadBlueprints({ path: config.blueprints, capabilities: allCapabilities });
    const backend = await config.open({ onProblem: () => {} });
    try {
      process.stdout.write(`${JSON.stringify(await diagnose({ ...looked, config, blueprints, backend }))}\n`);
    } finally {
      await backend.close();
    }
  });
}

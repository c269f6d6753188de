import { allCapabilities } from '#capabilities/index.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { runProgram } from '#shared/process/run-program.ts';
import { readConfig } from '../config.ts';
import { diagnose } from './diagnose.ts';

await runProgram(async () => {
  const config = readConfig();
  const blueprints = loadBlueprints({ path: config.blueprints, capabilities: allCapabilities });
  const backend = await config.open({ onProblem: () => {} });
  try {
    process.stdout.write(`${JSON.stringify(await diagnose({ config, blueprints, backend }))}\n`);
  } finally {
    await backend.close();
  }
});

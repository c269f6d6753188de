import { allCapabilities, knowledgeCapabilities } from '#capabilities/index.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { runProgram } from '#shared/process/run-program.ts';
import { diagnose } from '#shared/server/diagnose.ts';
import { readConfig } from '../config.ts';

await runProgram(async () => {
  const config = readConfig();
  const blueprints = loadBlueprints({ path: config.blueprints, capabilities: allCapabilities });
  const backend = await config.open({ onProblem: () => {} });
  const looked = { config, blueprints, backend, capabilities: knowledgeCapabilities, divisions: 'namespaces' };
  try {
    process.stdout.write(`${JSON.stringify(await diagnose(looked))}\n`);
  } finally {
    await backend.close();
  }
});

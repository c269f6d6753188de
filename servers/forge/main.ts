import { runServer } from '#shared/process/run-server.ts';
import { readConfig } from './config.ts';
import { startForge } from './start.ts';

await runServer('forge', async (log) => {
  const forge = await startForge(readConfig());
  log('this is a local stand-in for GitHub, for trying out, development and tests');
  setImmediate(forge.warm);
  return { ready: { url: forge.url }, close: forge.close };
});

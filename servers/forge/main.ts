import { runServer } from '#shared/process/run-server.ts';
import { readConfig } from './config.ts';
import { startForge } from './start.ts';

await runServer('forge', async () => {
  const forge = await startForge(readConfig());
  setImmediate(forge.warm);
  const what = 'a local stand-in for GitHub, for trying out, development and tests';
  return { ready: { url: forge.url, what }, close: forge.close };
});

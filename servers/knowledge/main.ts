import { allCapabilities, knowledgeCapabilities, repoCapabilities, ticketCapabilities } from '#capabilities/index.ts';
import { referable, toolbox, withoutTools } from '#shared/changes/toolbox.ts';
import { runServer } from '#shared/process/run-server.ts';
import { openGovernance } from '#shared/server/governance.ts';
import { whatLacks } from '#shared/server/lacking.ts';
import { startServer } from '#shared/server/start.ts';
import { readConfig } from './config.ts';
import { governed, serverName } from './governed.ts';
import { openListeners } from './listeners.ts';

await runServer(serverName, async (log) => {
  const config = readConfig();
  const governance = await openGovernance(config, allCapabilities);
  const opened = await config.open({ onProblem: (error) => log('the backend', { error }) });
  const backend = governed(opened, governance.ledger.db);
  for (const { message } of whatLacks(backend.reader.backend, knowledgeCapabilities, governance.blueprints))
    log(message);
  const capabilities = withoutTools(knowledgeCapabilities, backend.reader.backend.lacks);
  const tools = toolbox(capabilities, [...referable(repoCapabilities), ...referable(ticketCapabilities)]);
  const { accounts, leaseMs } = config;
  const server = startServer({ governance, name: serverName, tools, backend, accounts, leaseMs, log });
  backend.start?.(log);
  const listeners = await openListeners({ config, backend, ...governance, ...server, log });
  return {
    ready: { url: listeners.map((listener) => listener.url).join(' ') },
    close: async () => {
      await Promise.all(listeners.map((listener) => listener.close()));
      await server.close();
    },
  };
});

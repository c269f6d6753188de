import { runServer } from '#shared/process/run-server.ts';
import { readConfig } from './config.ts';
import { announceSignIn } from './people/announce.ts';
import { startApprovals } from './start.ts';

await runServer('approvals', async (log) => {
  const config = readConfig();
  const approvals = await startApprovals({ config, log, now: () => new Date() });
  announceSignIn(approvals.newSignInLink(), {
    file: config.signInFile,
    print: (line) => void process.stdout.write(`${line}\n`),
  });
  return {
    ready: { console: approvals.consoleUrl, url: approvals.queues.map(({ url }) => url).join(' ') },
    close: approvals.close,
  };
});

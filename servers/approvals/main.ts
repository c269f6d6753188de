import { runServer } from '#shared/process/run-server.ts';
import { readConfig } from './config.ts';
import { announceSignIn } from './people/announce.ts';
import type { SignInLink } from './people/sign-in-links.ts';
import { startApprovals } from './start.ts';

await runServer('approvals', async (log) => {
  const config = readConfig();
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const announce = (link: SignInLink) => announceSignIn(link, { file: config.signInFile, print });
  const approvals = await startApprovals({ config, log, announce, now: () => new Date() });
  return {
    ready: { console: approvals.consoleUrl, url: approvals.queues.map(({ url }) => url).join(' ') },
    close: approvals.close,
  };
});

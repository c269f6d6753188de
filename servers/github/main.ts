import { allCapabilities, knowledgeCapabilities, repoCapabilities, ticketCapabilities } from '#capabilities/index.ts';
import { referable, toolbox } from '#shared/changes/toolbox.ts';
import { watchReviews } from '#shared/changes/watch-reviews.ts';
import { runServer } from '#shared/process/run-server.ts';
import { openGovernance } from '#shared/server/governance.ts';
import { startServer } from '#shared/server/start.ts';
import { githubBackend } from './backend.ts';
import { writableRepositories } from './check/repositories.ts';
import { checksEveryMs, watchHeads } from './check/watch.ts';
import { readConfig } from './config.ts';
import { openGit } from './git/open.ts';
import { openListeners } from './listeners.ts';

await runServer('github', async (log) => {
  const config = readConfig();
  const governance = await openGovernance(config, allCapabilities);
  const { blueprints, people, keys } = governance;
  const { checks, upstream, ...parts } = githubBackend({
    config,
    onProblem: (error) => log('GitHub', { error }),
    beforeMerge: async (repository) => watch?.now(repository),
  });
  const backend = { ...parts, origin: config.endpoints.origin };
  const tools = toolbox(repoCapabilities, [...referable(ticketCapabilities), ...referable(knowledgeCapabilities)]);
  const { leaseMs } = config;
  const server = startServer({ governance, name: 'github', tools, backend, accounts: 'github', leaseMs, log });
  const { context } = server;
  const stopWatching = watchReviews({ ...context, everyMs: config.reviewsEveryMs }, log);
  const heads = { ...checks, ...context, keys, reviewUrl: config.reviewUrl, everyMs: checksEveryMs };
  const repositories = writableRepositories(blueprints);
  const watch = config.check && people ? watchHeads({ ...heads, repositories, people }, log) : undefined;
  const git = config.git && openGit({ settings: config.git, ...context, reader: backend.reader, upstream, log });
  const listeners = await openListeners({ config, ...governance, ...server, git, log });
  return {
    ready: { url: listeners.map((listener) => listener.url).join(' ') },
    close: async () => {
      await Promise.all([...listeners.map((listener) => listener.close()), git?.close()]);
      await stopWatching();
      await watch?.stop();
      await server.close();
    },
  };
});

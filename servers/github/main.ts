import { randomUUID } from 'node:crypto';
import { allCapabilities, repoCapabilities } from '#capabilities/index.ts';
import { currentBlueprint } from '#shared/blueprints/current.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { callRecord } from '#shared/changes/call-record.ts';
import { readVerificationKeys } from '#shared/changes/keys.ts';
import { sponsorsOf } from '#shared/changes/sponsors.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { watchReviews } from '#shared/changes/watch-reviews.ts';
import { startWorker } from '#shared/changes/worker.ts';
import { openEncryptedLedger } from '#shared/ledger/open-encrypted.ts';
import { currentPeople } from '#shared/people/current.ts';
import { sponsorAccounts, sponsorRule } from '#shared/people/sponsor.ts';
import { runServer } from '#shared/process/run-server.ts';
import { githubBackend } from './backend.ts';
import { writableRepositories } from './check/repositories.ts';
import { checksEveryMs, watchHeads } from './check/watch.ts';
import { readConfig } from './config.ts';
import { openGit } from './git/open.ts';
import { openListeners } from './listeners.ts';

await runServer('github', async (log) => {
  const config = readConfig();
  const blueprints = loadBlueprints({ path: config.blueprints, capabilities: allCapabilities });
  const people = config.people === undefined ? undefined : currentPeople(config.people);
  const noWrites = people && sponsorRule(people);
  const files = new Map(blueprints.map((one) => [one.name, currentBlueprint(one, allCapabilities, noWrites)]));
  const ledger = await openEncryptedLedger(config.ledger, config.contentsKeys);
  const { reader, door, checks, upstream, sponsorAccess, close } = githubBackend({
    config,
    onProblem: (error) => log('GitHub', { error }),
    beforeMerge: async (repository) => watch?.now(repository),
  });
  const approvers = { ...(people && { people }), ...(config.signIn && { signIn: config.signIn }) };
  const sponsors = sponsorsOf(sponsorAccess(sponsorAccounts(people, 'github')));
  const at = { server: 'github', backend: config.endpoints.origin };
  const place = { tools: toolbox(repoCapabilities), ...at, sponsors, approvers };
  const shared = { ...place, ledger, reader, now: () => new Date() };
  const keys = () => readVerificationKeys(config.decisionKeys);
  const worker = startWorker(
    {
      ...shared,
      door,
      keys,
      blueprint: (name) => files.get(name)?.() ?? null,
      executor: `github ${randomUUID()}`,
      leaseMs: config.leaseMs,
    },
    ({ change, what, error }) => log(what, { change, error }),
  );
  const stopWatching = watchReviews({ ...shared, everyMs: config.reviewsEveryMs }, log);
  const heads = { ...checks, ...shared, keys, reviewUrl: config.reviewUrl, everyMs: checksEveryMs };
  const repositories = writableRepositories(blueprints);
  const watch = config.check && people ? watchHeads({ ...heads, repositories, people }, log) : undefined;
  const current = (blueprint: (typeof blueprints)[number]) => files.get(blueprint.name) ?? (() => null);
  const onProblem = (error: unknown): void => log('calls are not on record yet', { error });
  const calls = callRecord({ ledger, now: shared.now, onProblem });
  const git = config.git && openGit({ settings: config.git, ...shared, upstream, log });
  const listeners = await openListeners({ config, context: shared, blueprints, current, calls, git, log });
  return {
    ready: { url: listeners.map((listener) => listener.url).join(' ') },
    close: async () => {
      await Promise.all([...listeners.map((listener) => listener.close()), git?.close()]);
      await stopWatching();
      await watch?.stop();
      await worker.stop();
      await calls.close();
      await close();
      await ledger.close();
    },
  };
});

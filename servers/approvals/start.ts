import { allCapabilities } from '#capabilities/index.ts';
import { currentBlueprint } from '#shared/blueprints/current.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { endOrphans, expireOverdue } from '#shared/changes/expire.ts';
import { addPublicKey, currentSigningKey, readVerificationKeys } from '#shared/changes/keys.ts';
import { type Nudging, nudgeOverdue } from '#shared/changes/nudge.ts';
import { earlierKeys } from '#shared/changes/rotate-keys.ts';
import { listen } from '#shared/http/listen.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { openEncryptedLedger } from '#shared/ledger/open-encrypted.ts';
import { currentPeople } from '#shared/people/current.ts';
import { sponsorRule } from '#shared/people/sponsor.ts';
import type { Log } from '#shared/telemetry/log.ts';
import { type Askable, askables } from './askables.ts';
import { decidersOf } from './automatic/deciders.ts';
import { startAutomatic } from './automatic/worker.ts';
import type { ApprovalsConfig } from './config.ts';
import { startDaily } from './daily.ts';
import { consoleApp } from './people/app.ts';
import { consoleNews } from './people/news.ts';
import { sessionStore } from './people/sessions.ts';
import { type SignInLink, signInLinks } from './people/sign-in-links.ts';
import { stepUps } from './people/step-up.ts';
import { terminals } from './people/terminals.ts';
import { openQueues, type QueueListening } from './queue/listeners.ts';
import { type WaitTiming, waitTiming } from './queue/wait.ts';
import { assertAdmitted, personKnower } from './sign-in/admission.ts';
import { signInWay } from './sign-in/way.ts';
import type { sendTiming } from './webhooks/backoff.ts';
import { readReceivers } from './webhooks/settings.ts';
import { startWebhooks } from './webhooks/start.ts';

/** The approvals server, running. */
export type Approvals = {
  readonly consoleUrl: string;
  /** Where agents find the queue tools. */
  readonly queues: readonly QueueListening[];
  readonly newSignInLink: () => SignInLink;
  readonly close: () => Promise<void>;
};

/** How often changes whose time is over are ended, in milliseconds. */
const sweepMs = 1_000;

/** Opens the ledger and the key, and both kinds of listeners: one for people, the others for agents. */
export async function startApprovals(options: {
  readonly config: ApprovalsConfig;
  readonly log: Log;
  readonly now: () => Date;
  /** Hands a sign-in link to whoever started the server: one at the start, and one whenever somebody lost theirs. */
  readonly announce: (link: SignInLink) => void;
  /** What people can ask for: all that there is unless given. */
  readonly askables?: readonly Askable[];
  readonly timing?: WaitTiming;
  readonly sending?: typeof sendTiming;
}): Promise<Approvals> {
  const { config, log, now, announce, timing = waitTiming } = options;
  const blueprints = loadBlueprints({ path: config.blueprints, capabilities: allCapabilities });
  const list = config.people === undefined ? undefined : currentPeople(config.people);
  const noWrites = list && sponsorRule(list);
  const receivers = config.webhooks === undefined ? [] : readReceivers(config.webhooks);
  const key = currentSigningKey(config.decisionKey);
  addPublicKey(config.decisionKeys, key);
  const ledger = await openEncryptedLedger(config.ledger, config.contentsKeys);

  const current = blueprints.map((known) => ({
    known,
    current: currentBlueprint(known, allCapabilities, noWrites),
  }));
  const links = signInLinks({ now });
  const { host, port, publicUrl } = config.console;
  const newSignInLink = (): SignInLink => links.make(people.url);
  const printLink = (): void => announce(newSignInLink());
  const origin = (): string => publicUrl ?? people.url;
  const know = personKnower(list);
  const news = consoleNews({ ledger, log });
  const app = consoleApp({
    ledger,
    news,
    stepUps: stepUps({ now, people: list, publicUrl, origin }),
    key,
    keys: () => new Map([...earlierKeys(config.decisionKeys), ...readVerificationKeys(config.decisionKeys)]),
    now,
    way: signInWay(config.signIn, { links, printLink }, now),
    sessions: sessionStore({ now, ...config.sessions }),
    terminals: terminals({ now, ...config.sessions }),
    admit: (principal) => assertAdmitted(config.admission, know, principal),
    know,
    people: list,
    askables: options.askables ?? askables,
    blueprints: () => current.flatMap((one) => one.current() ?? []),
    auditors: config.auditors,
    responders: config.responders,
    host,
    publicUrl,
    origin,
    approverToken: config.approverToken,
    log,
  });
  const people = await listen({ fetch: app.fetch, host, port });
  const queues = await openQueues({
    queue: { ledger, now, reviewUrl: origin(), timing },
    blueprints: current,
    port: config.queuePort,
    version: config.version,
    log,
  });
  const deciders = decidersOf({
    blueprints: current,
    keys: () => readVerificationKeys(config.decisionKeys),
    people: list,
  });
  const stopAutomatic = startAutomatic({ ledger, key, now, people: list, deciders }, log);
  const stopSweep = sweep(ledger, now, log);
  const stopSending = startWebhooks({
    ledger,
    receivers,
    blueprints: blueprints.map(({ name }) => name),
    consoleUrl: origin(),
    now,
    log,
    ...(options.sending && { timing: options.sending }),
  });
  const stopDaily = startDaily({
    ...{ ledger, now, log },
    ...{ days: config.contentsRetention, readsDays: config.readsRetention },
  });
  if (config.signIn.how === 'link') printLink();
  return {
    consoleUrl: people.url,
    newSignInLink,
    queues,
    close: async () => {
      news.close();
      await Promise.all([people, ...queues].map((listener) => listener.close()));
      await stopAutomatic();
      await stopSweep();
      await stopSending();
      await stopDaily();
      await ledger.close();
    },
  };
}

function sweep(ledger: Ledger, now: () => Date, log: Log): () => Promise<void> {
  let sweeping: Promise<unknown> = Promise.resolve();
  const known: Nudging = new Map();
  const timer = setInterval(() => {
    sweeping = expireOverdue(ledger, 'approvals', now())
      .then(() => endOrphans(ledger, 'approvals', now()))
      .then(() => nudgeOverdue(ledger, known, now()))
      .catch((error: unknown) => log('overdue changes could not be ended or told of', { error }));
  }, sweepMs);
  return async () => {
    clearInterval(timer);
    await sweeping;
  };
}

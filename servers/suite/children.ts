import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { approvalsSettings, githubSettings } from './child-settings.ts';
import type { SuiteEnvironment } from './config.ts';
import { openAppKey, openCache, openContentKeys } from './data.ts';
import type { SuiteSettings } from './settings.ts';

/** A process of the suite: what to run, and the whole of its environment. */
export type ChildSpec = {
  readonly name: string;
  /** Path of the script. */
  readonly main: string;
  readonly environment: Readonly<Record<string, string>>;
};

/**
 * Tells GNU's allocator to give large pieces of memory back as soon as they are free, as it would if it did not learn from
 * the first of them: a server that had one large file in memory stays 100 MB smaller.
 */
export const allocator = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

const mainOf = (name: string): string => fileURLToPath(new URL(`../${name}/main.ts`, import.meta.url));

/**
 * The processes that a suite can have, each with its own settings and nobody else's. Makes the keys that are theirs from
 * the start. Throws AppError `bad_configuration`.
 */
export function childrenOf(settings: SuiteSettings, environment: SuiteEnvironment): readonly ChildSpec[] {
  const { data, contentsKeys, ports, realGithub, realTickets, realKnowledge } = settings;
  const child = (name: string, own: Record<string, string>): ChildSpec => ({
    name,
    main: mainOf(name),
    environment: {
      ...environment.basics,
      // Spares each start after the first the compiler, and 30 MB of memory. One for each server: what is in it is run.
      NODE_COMPILE_CACHE: openCache(data, name),
      ...allocator,
      COUNTERSIGN_DATA: data,
      ...own,
    },
  });
  const appKey = realGithub === null ? openAppKey(data) : null;
  const shared = sharedSettings(settings, openContentKeys(contentsKeys));
  const backend = { ...shared, COUNTERSIGN_REVIEW_URL: settings.consoleUrl ?? `http://127.0.0.1:${ports.console}` };
  const stoodIn = appKey && {
    COUNTERSIGN_FORGE_PORT: String(ports.forge),
    COUNTERSIGN_FORGE_APP_ID: '1',
    COUNTERSIGN_FORGE_APP_PUBLIC_KEY: appKey.publicKey,
  };
  return [
    ...(stoodIn === null ? [] : [child('forge', stoodIn)]),
    child('approvals', { ...shared, ...approvalsSettings(settings, environment) }),
    child('github', { ...backend, ...githubSettings(settings, environment, appKey) }),
    child('tickets', {
      ...backend,
      COUNTERSIGN_TICKETS_PORT: String(ports.tickets),
      ...(realTickets && { ...realTickets.environment, ...environment.secrets.tickets }),
    }),
    child('knowledge', {
      ...backend,
      COUNTERSIGN_KNOWLEDGE_PORT: String(ports.knowledge),
      ...settings.embeddings,
      ...(realKnowledge && { ...realKnowledge.environment, ...environment.secrets.knowledge }),
    }),
  ];
}

/** Those that there is work for: the knowledge server where pages are granted, or may have to be put back. */
export function neededOf(settings: SuiteSettings, children: readonly ChildSpec[]): readonly ChildSpec[] {
  const { data, listeners, realKnowledge } = settings;
  const isGranted = listeners.some(({ servers }) => servers.includes('knowledge'));
  const hasPages = isGranted || realKnowledge !== null || existsSync(join(data, 'knowledge'));
  return children.filter(({ name }) => name !== 'knowledge' || hasPages);
}

/** What every server but the stand-in is told. */
function sharedSettings(settings: SuiteSettings, contentKeys: string | undefined): Readonly<Record<string, string>> {
  const { data, ledger, blueprints, people, signIn } = settings;
  return {
    COUNTERSIGN_LEDGER: ledger,
    ...(contentKeys === undefined ? {} : { COUNTERSIGN_CONTENTS_KEYS: contentKeys }),
    COUNTERSIGN_BLUEPRINTS: blueprints,
    ...(people === undefined ? {} : { COUNTERSIGN_PEOPLE: people }),
    COUNTERSIGN_DECISION_KEYS: join(data, 'approvals', 'decision-keys.json'),
    COUNTERSIGN_SIGN_IN: signIn?.['COUNTERSIGN_SIGN_IN'] ?? 'link',
  };
}

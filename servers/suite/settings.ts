import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allCapabilities, knowledgeCapabilities, repoCapabilities, ticketCapabilities } from '#capabilities/index.ts';
import type { Grantable } from '#shared/blueprints/blueprint.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { usualReadsDays } from '#shared/config/retention.ts';
import { AppError } from '#shared/errors.ts';
import { loadPeople } from '#shared/people/load.ts';
import { contentKeysIn } from './data.ts';
import { readSuiteFile, type SuiteFile } from './file.ts';
import type { RealBackend } from './real-backend.ts';
import { signInEnvironment } from './sign-in.ts';

/** What `countersign start` was told. What is given here wins over the configuration file. */
export type SuiteFlags = {
  readonly data?: string | undefined;
  readonly basePort?: number | undefined;
  readonly configFile?: string | undefined;
  /** Accepts, with a real backend, what anybody who runs as this user could use as well. */
  readonly singleUser?: boolean | undefined;
};

/** A GitHub that is not the embedded one. */
export type RealGithub = {
  readonly url: string;
  readonly appId: number;
  /** The key of the GitHub App as a file, or `unix:` and the socket of who signs with it; else the environment has it. */
  readonly appKey?: string | undefined;
  readonly appSigner?: string | undefined;
  /** Hosts that logs of jobs may be fetched from, beside those that GitHub documents. */
  readonly logHosts: readonly string[];
  /** Whether a check says of the heads of pull requests who answered for them. */
  readonly check: boolean;
};

/** Everything that is known before anything is started. All paths are absolute. */
export type SuiteSettings = {
  readonly data: string;
  /** A file, or a `postgres://` URL, which may hold a password. */
  readonly ledger: string;
  /** The file of the keys that contents are encrypted with, and whether they are to be even when it is not there yet. */
  readonly contentsKeys: { readonly path: string; readonly wanted: boolean };
  /** How many days contents are kept after their change has ended; null for ever. */
  readonly contentsRetention: number | null;
  /** How many days it is kept what agents read; null for ever. */
  readonly readsRetention: number | null;
  /** A blueprint file, or a folder of them. */
  readonly blueprints: string;
  /** The addresses at which agents reach the MCP servers, with the agents that they stand for. */
  readonly listeners: readonly Listener[];
  readonly ports: SuitePorts;
  /** Null for the embedded stand-in. */
  readonly realGithub: RealGithub | null;
  /** Null for the embedded tracker. */
  readonly realTickets: RealBackend | null;
  /** Null for the embedded store of pages. */
  readonly realKnowledge: RealBackend | null;
  /** Where the embedded store of pages gets vectors from, as settings of its server. */
  readonly embeddings?: Readonly<Record<string, string>>;
  /** Whether git is served, and how much room its mirrors have, where that is not left as it is. */
  readonly git?: { readonly serve?: boolean | undefined; readonly disk?: number | undefined };
  /** What the operator accepted for a machine of one user. */
  readonly singleUser?: boolean;
  /** The list of people. */
  readonly people?: string;
  /** The file that says who is told of changes. */
  readonly webhooks?: string;
  /** The address at which people open the console, where that is another than the one that it listens on. */
  readonly consoleUrl?: string;
  /** How people sign in, as settings of the approvals server. */
  readonly signIn?: Readonly<Record<string, string>>;
};

export type Listener = {
  readonly address: string;
  readonly agent: string;
  readonly blueprint: string;
  /** Which servers of backends its blueprint grants something of. */
  readonly servers: readonly BackendServer[];
};

const capabilitiesOf = { github: repoCapabilities, tickets: ticketCapabilities, knowledge: knowledgeCapabilities };
const backendServers = ['github', 'tickets', 'knowledge'] as const;
export type BackendServer = (typeof backendServers)[number];

export type SuitePorts = {
  readonly forge: number;
  readonly github: number;
  readonly tickets: number;
  readonly knowledge: number;
  readonly approvals: number;
  readonly console: number;
};

/** The console, the last of the suite's ports, is so far above the first. */
const consoleOffset = 100;
const defaultBlueprint = fileURLToPath(new URL('../../capabilities/blueprints/default.yaml', import.meta.url));

/** Reads and checks everything there is to configure. Throws AppError `bad_configuration`. */
export function readSettings(flags: SuiteFlags): SuiteSettings {
  const file = flags.configFile === undefined ? {} : readSuiteFile(resolve(flags.configFile));
  const data = resolve(flags.data ?? file.data ?? 'data');
  const blueprints = file.blueprints ?? defaultBlueprint;
  const realGithub = realGithubOf(file);
  const { realTickets = null, realKnowledge = null } = file;
  const isReal = [realGithub, realTickets, realKnowledge].some((real) => real !== null);
  if (isReal && flags.singleUser !== true) throw needsSingleUser();
  if (realKnowledge !== null && file.embeddings !== undefined) {
    throw new AppError('bad_configuration', 'embeddings: vectors are for the embedded store of pages alone.');
  }
  return {
    data,
    ledger: file.ledger ?? join(data, 'ledger.db'),
    contentsKeys: {
      path: file.contents_keys ?? contentKeysIn(data),
      wanted: file.contents_keys !== undefined || isReal,
    },
    contentsRetention: file.retention?.contents ?? null,
    readsRetention: file.retention?.reads === undefined ? usualReadsDays : file.retention.reads,
    blueprints,
    listeners: listenersOf(blueprints),
    ports: portsFrom(flags.basePort ?? file.base_port ?? 7100),
    realGithub,
    realTickets,
    realKnowledge,
    ...(file.embeddings !== undefined && { embeddings: file.embeddings }),
    ...(file.git !== undefined && { git: file.git }),
    ...(flags.singleUser === true && { singleUser: true }),
    ...(file.people !== undefined && { people: checkedPeople(file.people) }),
    ...(file.webhooks !== undefined && { webhooks: file.webhooks }),
    ...(file.console_url !== undefined && { consoleUrl: new URL(file.console_url).origin }),
    ...(file.sign_in !== undefined && { signIn: signInEnvironment(file.sign_in) }),
  };
}

/** The ports of a suite whose first is `base`. Throws AppError `bad_configuration` when they do not exist. */
export function portsFrom(base: number): SuitePorts {
  if (!Number.isInteger(base) || base < 1 || base + consoleOffset > 65535) {
    throw new AppError('bad_configuration', `The base port must be a number from 1 to ${65535 - consoleOffset}.`);
  }
  return {
    forge: base,
    github: base + 1,
    tickets: base + 2,
    knowledge: base + 3,
    approvals: base + 4,
    console: base + consoleOffset,
  };
}

function realGithubOf({ github }: SuiteFile): RealGithub | null {
  if (github === undefined) return null;
  const {
    url,
    app_id: appId,
    app_key: appKey,
    app_signer: appSigner,
    log_hosts: logHosts = [],
    check = false,
  } = github;
  return { url, appId, appKey, appSigner, logHosts, check };
}

function listenersOf(path: string): readonly Listener[] {
  return loadBlueprints({ path, capabilities: allCapabilities }).flatMap(({ listeners, agent, name, grants }) => {
    const granted = (of: readonly Grantable[]) => of.some((capability) => grants.has(capability.name));
    const servers = backendServers.filter((server) => granted(capabilitiesOf[server]));
    return listeners.map((address) => ({ address, agent, blueprint: name, servers }));
  });
}

/** Read here, so that nothing is started with a list that cannot be used. */
function checkedPeople(path: string): string {
  loadPeople(path);
  return path;
}

function needsSingleUser(): AppError {
  const message =
    'With a real backend, sign-in by one-time link and unsigned blueprints are refused: every program that runs as this ' +
    'user could use them to approve its own changes.';
  const next = 'If this machine has one user, and no agent runs as that user, start with --single-user.';
  return new AppError('bad_configuration', message, { next });
}

/** The MCP endpoint at an address, by port. */
export function urlAt(address: string): (port: number) => string {
  const host = address.includes(':') ? `[${address}]` : address;
  return (port) => `http://${host}:${port}/mcp`;
}

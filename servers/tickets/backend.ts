import { type BackendChoice, choosable } from '#shared/server/backend-choice.ts';
import { type EmbeddedOptions, embeddedOptions, embeddedSettings } from './embedded/settings.ts';
import {
  type GithubIssuesOptions,
  githubIssuesOptions,
  githubIssuesSecrets,
  githubIssuesSettings,
  withGithubIssuesKey,
} from './github/settings.ts';
import { type JiraOptions, jiraOptions, jiraSecrets, jiraSettings, withJiraCredential } from './jira/settings.ts';
import {
  type LinearOptions,
  linearOptions,
  linearSecrets,
  linearSettings,
  withLinearCredential,
} from './linear/settings.ts';
import type { TicketBackendParts } from './parts.ts';

const who = 'The ticket server';

const embedded: BackendChoice<typeof embeddedSettings, EmbeddedOptions, TicketBackendParts> = {
  accounts: 'tickets',
  settings: embeddedSettings,
  optionsOf: embeddedOptions,
  open: async (options) => (await import('./embedded/open.ts')).openEmbedded(options),
};

const jira: BackendChoice<typeof jiraSettings, JiraOptions, TicketBackendParts> = {
  accounts: 'jira',
  settings: jiraSettings,
  together: withJiraCredential,
  optionsOf: jiraOptions,
  secrets: jiraSecrets,
  open: async (options) => (await import('./jira/open.ts')).openJira(options),
};

const linear: BackendChoice<typeof linearSettings, LinearOptions, TicketBackendParts> = {
  accounts: 'linear',
  settings: linearSettings,
  together: withLinearCredential,
  optionsOf: linearOptions,
  secrets: linearSecrets,
  open: async (options) => (await import('./linear/open.ts')).openLinear(options),
};

const github: BackendChoice<typeof githubIssuesSettings, GithubIssuesOptions, TicketBackendParts> = {
  accounts: 'github',
  settings: githubIssuesSettings,
  together: withGithubIssuesKey,
  optionsOf: githubIssuesOptions,
  secrets: githubIssuesSecrets,
  open: async (options) => (await import('./github/open.ts')).openGithubIssues(options),
};

/** Where tickets can be, by what the configuration calls it. Only what speaks to the one that is chosen is loaded. */
export const backends = {
  embedded: choosable(who, embedded),
  jira: choosable(who, jira),
  linear: choosable(who, linear),
  github: choosable(who, github),
};
export type BackendName = keyof typeof backends;
export const backendNames = Object.keys(backends) as BackendName[];

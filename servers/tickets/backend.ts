import * as z from 'zod';
import { type Environment, parseEnvironment } from '#shared/config/environment.ts';
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
import type { BackendChoice, OpenContext } from './parts.ts';

/** Makes a choice of something whose options are its own business. */
function chosen<Fields extends z.ZodRawShape, Options>(choice: BackendChoice<Fields, Options>) {
  const { accounts, settings, together = (schema) => schema, optionsOf, secrets = [], open } = choice;
  return {
    accounts,
    secrets,
    /** Reads its settings and others with them, so that every problem is told at once. */
    read: <T>(others: z.ZodType<T>, environment: Environment) => {
      const schema = together(z.intersection(others, z.object(settings)), environment);
      const values = parseEnvironment(schema, environment, 'The ticket server');
      const options = optionsOf(values);
      return { values: values as T, open: (context: OpenContext) => open({ ...options, ...context }) };
    },
  };
}

const embedded: BackendChoice<typeof embeddedSettings, EmbeddedOptions> = {
  accounts: 'tickets',
  settings: embeddedSettings,
  optionsOf: embeddedOptions,
  open: async (options) => (await import('./embedded/open.ts')).openEmbedded(options),
};

const jira: BackendChoice<typeof jiraSettings, JiraOptions> = {
  accounts: 'jira',
  settings: jiraSettings,
  together: withJiraCredential,
  optionsOf: jiraOptions,
  secrets: jiraSecrets,
  open: async (options) => (await import('./jira/open.ts')).openJira(options),
};

const linear: BackendChoice<typeof linearSettings, LinearOptions> = {
  accounts: 'linear',
  settings: linearSettings,
  together: withLinearCredential,
  optionsOf: linearOptions,
  secrets: linearSecrets,
  open: async (options) => (await import('./linear/open.ts')).openLinear(options),
};

const github: BackendChoice<typeof githubIssuesSettings, GithubIssuesOptions> = {
  accounts: 'github',
  settings: githubIssuesSettings,
  together: withGithubIssuesKey,
  optionsOf: githubIssuesOptions,
  secrets: githubIssuesSecrets,
  open: async (options) => (await import('./github/open.ts')).openGithubIssues(options),
};

/** Where tickets can be, by what the configuration calls it. Only what speaks to the one that is chosen is loaded. */
export const backends = {
  embedded: chosen(embedded),
  jira: chosen(jira),
  linear: chosen(linear),
  github: chosen(github),
};
export type BackendName = keyof typeof backends;
export const backendNames = Object.keys(backends) as BackendName[];

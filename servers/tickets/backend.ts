import * as z from 'zod';
import { type Environment, parseEnvironment } from '#shared/config/environment.ts';
import { openEmbedded } from './embedded/open.ts';
import { type EmbeddedOptions, embeddedOptions, embeddedSettings } from './embedded/settings.ts';
import { openGithubIssues } from './github/open.ts';
import {
  type GithubIssuesOptions,
  githubIssuesOptions,
  githubIssuesSecrets,
  githubIssuesSettings,
  withGithubIssuesKey,
} from './github/settings.ts';
import { openJira } from './jira/open.ts';
import { type JiraOptions, jiraOptions, jiraSecrets, jiraSettings, withJiraCredential } from './jira/settings.ts';
import { openLinear } from './linear/open.ts';
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
  open: openEmbedded,
};

const jira: BackendChoice<typeof jiraSettings, JiraOptions> = {
  accounts: 'jira',
  settings: jiraSettings,
  together: withJiraCredential,
  optionsOf: jiraOptions,
  secrets: jiraSecrets,
  open: openJira,
};

const linear: BackendChoice<typeof linearSettings, LinearOptions> = {
  accounts: 'linear',
  settings: linearSettings,
  together: withLinearCredential,
  optionsOf: linearOptions,
  secrets: linearSecrets,
  open: openLinear,
};

const github: BackendChoice<typeof githubIssuesSettings, GithubIssuesOptions> = {
  accounts: 'github',
  settings: githubIssuesSettings,
  together: withGithubIssuesKey,
  optionsOf: githubIssuesOptions,
  secrets: githubIssuesSecrets,
  open: openGithubIssues,
};

/** Where tickets can be, by what the configuration calls it. */
export const backends = {
  embedded: chosen(embedded),
  jira: chosen(jira),
  linear: chosen(linear),
  github: chosen(github),
};
export type BackendName = keyof typeof backends;
export const backendNames = Object.keys(backends) as BackendName[];

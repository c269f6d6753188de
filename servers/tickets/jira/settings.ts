import * as z from 'zod';
import type { Credential } from '#shared/atlassian/credential.ts';
import { type Endpoints, endpointsOf } from '#shared/atlassian/endpoints.ts';
import {
  accountEmail,
  clientId,
  cloudId,
  credentialOf,
  gatewayUrl,
  secretFile,
  secretText,
  siteUrl,
  tokenUrl,
  withCredential,
} from '#shared/atlassian/settings.ts';
import type { Environment } from '#shared/config/environment.ts';
import { jira } from './product.ts';

/** The variables of Jira Cloud. The messages quote nothing: a secret in the wrong place stays out of the log. */
export const jiraSettings = {
  COUNTERSIGN_TICKETS_JIRA_SITE: siteUrl('where people see Jira'),
  COUNTERSIGN_TICKETS_JIRA_CLOUD_ID: cloudId,
  COUNTERSIGN_TICKETS_JIRA_CLIENT_ID: clientId,
  COUNTERSIGN_TICKETS_JIRA_CLIENT_SECRET_FILE: secretFile,
  COUNTERSIGN_TICKETS_JIRA_CLIENT_SECRET: secretText,
  COUNTERSIGN_TICKETS_JIRA_EMAIL: accountEmail,
  COUNTERSIGN_TICKETS_JIRA_API_TOKEN_FILE: secretFile,
  COUNTERSIGN_TICKETS_JIRA_API_TOKEN: secretText,
  COUNTERSIGN_TICKETS_JIRA_API_URL: gatewayUrl,
  COUNTERSIGN_TICKETS_JIRA_TOKEN_URL: tokenUrl,
  COUNTERSIGN_TICKETS_JIRA_ARCHIVE: z.enum(['on', 'off'], 'must be on or off').default('off'),
} as const;

/** Those that hold a secret themselves. */
export const jiraSecrets = ['COUNTERSIGN_TICKETS_JIRA_CLIENT_SECRET', 'COUNTERSIGN_TICKETS_JIRA_API_TOKEN'] as const;

export type JiraOptions = {
  readonly endpoints: Endpoints;
  readonly credential: Credential;
  /** Whether the plan of the site has archives, as the operator says: Jira does not tell. */
  readonly archive: boolean;
};

export const withJiraCredential = <T>(schema: z.ZodType<T>, environment: Environment): z.ZodType<T> =>
  withCredential('COUNTERSIGN_TICKETS_JIRA_', schema, environment);

export function jiraOptions(values: z.output<z.ZodObject<typeof jiraSettings>>): JiraOptions {
  const endpoints = endpointsOf(jira, {
    site: values.COUNTERSIGN_TICKETS_JIRA_SITE,
    cloudId: values.COUNTERSIGN_TICKETS_JIRA_CLOUD_ID,
    gateway: values.COUNTERSIGN_TICKETS_JIRA_API_URL,
    token: values.COUNTERSIGN_TICKETS_JIRA_TOKEN_URL,
  });
  const credential = credentialOf({
    clientId: values.COUNTERSIGN_TICKETS_JIRA_CLIENT_ID,
    client: values.COUNTERSIGN_TICKETS_JIRA_CLIENT_SECRET_FILE ?? values.COUNTERSIGN_TICKETS_JIRA_CLIENT_SECRET,
    email: values.COUNTERSIGN_TICKETS_JIRA_EMAIL,
    token: values.COUNTERSIGN_TICKETS_JIRA_API_TOKEN_FILE ?? values.COUNTERSIGN_TICKETS_JIRA_API_TOKEN,
  });
  return { endpoints, credential, archive: values.COUNTERSIGN_TICKETS_JIRA_ARCHIVE === 'on' };
}

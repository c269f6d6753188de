import type * as z from 'zod';
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
import { confluence } from './product.ts';

/** The variables of Confluence Cloud. The messages quote nothing: a secret in the wrong place stays out of the log. */
export const confluenceSettings = {
  COUNTERSIGN_KNOWLEDGE_CONFLUENCE_SITE: siteUrl('where people see Confluence'),
  COUNTERSIGN_KNOWLEDGE_CONFLUENCE_CLOUD_ID: cloudId,
  COUNTERSIGN_KNOWLEDGE_CONFLUENCE_CLIENT_ID: clientId,
  COUNTERSIGN_KNOWLEDGE_CONFLUENCE_CLIENT_SECRET_FILE: secretFile,
  COUNTERSIGN_KNOWLEDGE_CONFLUENCE_CLIENT_SECRET: secretText,
  COUNTERSIGN_KNOWLEDGE_CONFLUENCE_EMAIL: accountEmail,
  COUNTERSIGN_KNOWLEDGE_CONFLUENCE_API_TOKEN_FILE: secretFile,
  COUNTERSIGN_KNOWLEDGE_CONFLUENCE_API_TOKEN: secretText,
  COUNTERSIGN_KNOWLEDGE_CONFLUENCE_API_URL: gatewayUrl,
  COUNTERSIGN_KNOWLEDGE_CONFLUENCE_TOKEN_URL: tokenUrl,
} as const;

/** Those that hold a secret themselves. */
export const confluenceSecrets = [
  'COUNTERSIGN_KNOWLEDGE_CONFLUENCE_CLIENT_SECRET',
  'COUNTERSIGN_KNOWLEDGE_CONFLUENCE_API_TOKEN',
] as const;

export type ConfluenceOptions = { readonly endpoints: Endpoints; readonly credential: Credential };

/** Adds to settings that one credential is given, and all of it, whatever else is wrong. */
export const withConfluenceCredential = <T>(schema: z.ZodType<T>, environment: Environment): z.ZodType<T> =>
  withCredential('COUNTERSIGN_KNOWLEDGE_CONFLUENCE_', schema, environment);

export function confluenceOptions(values: z.output<z.ZodObject<typeof confluenceSettings>>): ConfluenceOptions {
  const endpoints = endpointsOf(confluence, {
    site: values.COUNTERSIGN_KNOWLEDGE_CONFLUENCE_SITE,
    cloudId: values.COUNTERSIGN_KNOWLEDGE_CONFLUENCE_CLOUD_ID,
    gateway: values.COUNTERSIGN_KNOWLEDGE_CONFLUENCE_API_URL,
    token: values.COUNTERSIGN_KNOWLEDGE_CONFLUENCE_TOKEN_URL,
  });
  const credential = credentialOf({
    clientId: values.COUNTERSIGN_KNOWLEDGE_CONFLUENCE_CLIENT_ID,
    client:
      values.COUNTERSIGN_KNOWLEDGE_CONFLUENCE_CLIENT_SECRET_FILE ??
      values.COUNTERSIGN_KNOWLEDGE_CONFLUENCE_CLIENT_SECRET,
    email: values.COUNTERSIGN_KNOWLEDGE_CONFLUENCE_EMAIL,
    token: values.COUNTERSIGN_KNOWLEDGE_CONFLUENCE_API_TOKEN_FILE ?? values.COUNTERSIGN_KNOWLEDGE_CONFLUENCE_API_TOKEN,
  });
  return { endpoints, credential };
}

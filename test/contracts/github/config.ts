import * as z from 'zod';
import { type Environment, parseEnvironment } from '#shared/config/environment.ts';
import { appKeySetting } from '#shared/github/app-key.ts';
import type { AppKey } from '#shared/github/app-signer.ts';
import { type Endpoints, endpointsOf } from '#shared/github/endpoints.ts';

/** Where the contract is tried. */
export type ContractConfig = {
  readonly endpoints: Endpoints;
  readonly appId: number;
  readonly appKey: AppKey;
  /** `owner/name`. */
  readonly repository: string;
};

const environmentSchema = z.object({
  COUNTERSIGN_TEST_GITHUB_URL: z
    .string('is needed: https://api.github.com, or https://HOST of a GitHub Enterprise Server')
    .transform((base, context) => {
      const endpoints = endpointsOf(base);
      if (typeof endpoints !== 'string') return endpoints;
      context.addIssue(endpoints);
      return z.NEVER;
    }),
  COUNTERSIGN_TEST_GITHUB_APP_ID: z.coerce.number('is needed: the number of the GitHub App').int().positive(),
  COUNTERSIGN_TEST_GITHUB_APP_KEY: z
    .string("is needed: the path of the PEM file with the App's private key")
    .pipe(appKeySetting.file.unwrap()),
  COUNTERSIGN_TEST_GITHUB_REPOSITORY: z
    .string('is needed: OWNER/NAME of a scratch repository')
    .regex(/^[\w.-]+\/[\w.-]+$/, 'must be OWNER/NAME'),
});

/**
 * Reads the settings once.
 * @throws AppError `bad_configuration` that lists every problem, one a line
 */
export function readConfig(environment: Environment = process.env): ContractConfig {
  const values = parseEnvironment(environmentSchema, environment, 'The contract suite');
  return {
    endpoints: values.COUNTERSIGN_TEST_GITHUB_URL,
    appId: values.COUNTERSIGN_TEST_GITHUB_APP_ID,
    appKey: values.COUNTERSIGN_TEST_GITHUB_APP_KEY,
    repository: values.COUNTERSIGN_TEST_GITHUB_REPOSITORY,
  };
}

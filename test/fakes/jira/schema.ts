import { type Contract, readContract } from '../common/openapi.ts';
import { published } from '../common/published.ts';

const { path, missing } = published('jira-cloud-v3.openapi.json');

/** Why requests cannot be checked against what Jira publishes; null where they are. */
export const noSchema = missing;

let read: Contract | undefined;

/** The contract that Jira publishes; null where it is not at hand. */
export function jiraContract(): Contract | null {
  if (path === null) return null;
  read ??= readContract(path);
  return read;
}

import * as z from 'zod';
import type { Reads } from '#shared/atlassian/transport.ts';

const granted = z.object({ permissions: z.record(z.string(), z.object({ havePermission: z.boolean() })) });

/** Which of these permissions the account has: in a project, or in any where none is named. */
export async function ownPermissions(
  reads: Reads,
  permissions: readonly string[],
  projectKey?: string,
): Promise<ReadonlySet<string>> {
  const query = { permissions: permissions.join(','), ...(projectKey !== undefined && { projectKey }) };
  const found = await reads.get({ path: ['mypermissions'], query, answer: granted });
  return new Set(permissions.filter((name) => found?.permissions[name]?.havePermission === true));
}

/** Archiving takes it, and a plan of which Jira tells nothing. */
export const mayArchive = async (reads: Reads): Promise<boolean> =>
  (await ownPermissions(reads, ['ADMINISTER'])).has('ADMINISTER');

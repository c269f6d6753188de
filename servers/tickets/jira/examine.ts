import * as z from 'zod';
import { type Examined as Connection, failureWords, lookAtAccount } from '#shared/atlassian/examine.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { findings } from '#shared/doctor/finding.ts';
import type { Finding, Report } from '#shared/doctor/report.ts';
import { project, user } from './answers.ts';
import type { Myself } from './people.ts';
import { ownPermissions } from './powers.ts';
import { writing } from './sponsors.ts';

type Examined = Connection & { readonly archive: boolean; readonly myself: () => Promise<Myself> };

/** Looks at the connection to Jira; what is wrong is a finding. Nothing is written. */
export async function examineJira(examined: Examined, projects: readonly string[]): Promise<Report> {
  const { endpoints, reads, myself, archive } = examined;
  const head = { format: 'countersign/doctor@1', server: 'tickets', backend: endpoints.site } as const;
  const person = async () => (await myself()).person;
  const { reached, taken, found } = await lookAtAccount(examined, { path: ['myself'], person });
  if (!taken) return { ...head, reached, findings: [...found] };
  const global = await ownPermissions(reads, ['ADMINISTER']);
  const ofProjects = await Promise.all(projects.map((key) => lookAtProject(examined, key)));
  const all = [...found, ...ofAdministrator(global.has('ADMINISTER'), archive), ...ofProjects.flat()];
  return { ...head, reached, findings: all };
}

function ofAdministrator(is: boolean, archive: boolean): readonly Finding[] {
  const { ok, advice, wrong } = findings('credential');
  if (archive && is) return [ok('archive', 'It may archive tickets, for which Jira wants an administrator.')];
  if (archive) {
    const message =
      'It may not archive tickets: Jira wants an administrator for that, so that agents are not shown it.';
    return [wrong('archive', message, 'Set COUNTERSIGN_TICKETS_JIRA_ARCHIVE=off, or make the account one.')];
  }
  if (!is) return [];
  const message = 'It is an administrator of Jira, which nothing here needs.';
  return [advice('administrator', message, 'Take it out of the group of administrators.')];
}

/** What no tool here uses, and what would do harm. */
const harmful = ['DELETE_ISSUES', 'DELETE_ALL_COMMENTS', 'EDIT_ALL_COMMENTS', 'MODIFY_REPORTER'] as const;

async function lookAtProject({ product, reads, myself }: Examined, key: string): Promise<readonly Finding[]> {
  const { ok, advice, wrong, unseen } = findings(key);
  try {
    const found = await reads.get({ path: ['project', key], answer: project });
    if (found === null) {
      const next = 'Check the key, and give the account Browse projects there.';
      return [wrong('project', 'There is no such project, or this server cannot see it.', next)];
    }
    if (found.key !== key) {
      return [wrong('project', `It is called ${found.key} now.`, 'Write its new key into the blueprints.')];
    }
    const permissions = await ownPermissions(reads, [...writing, ...harmful], key);
    const missing = writing.filter((one) => !permissions.has(one));
    const beyond = harmful.filter((one) => permissions.has(one));
    return [
      found.archived === true
        ? advice('project', 'It is archived: nothing can be written to it.')
        : ok('project', 'It can be seen.'),
      missing.length === 0
        ? ok('permissions', 'The account may do there what the tools can do.')
        : advice('permissions', `The account lacks ${missing.join(', ')}: the tools that need them are refused.`),
      ...(beyond.length === 0 ? [] : [advice('permissions', `No tool needs ${beyond.join(', ')}.`, 'Take them away.')]),
      (await mayAskOfOthers(reads, key, (await myself()).person.id))
        ? ok('sponsors', 'What sponsors may do there can be told.')
        : unseen('sponsors', 'What sponsors may do there is not told to this account.', unverified),
    ];
  } catch (error) {
    const { message, next } = failureWords(product, error);
    return [wrong('project', message, next)];
  }
}

const unverified = 'Make it an administrator of the project, or write sponsor_access: unverified into the blueprints.';

async function mayAskOfOthers(reads: Reads, projectKey: string, accountId: string): Promise<boolean> {
  const query = { accountId, projectKey, permissions: 'BROWSE_PROJECTS' };
  const found = reads.get({ path: ['user', 'permission', 'search'], query, answer: z.array(user) });
  return found.then(
    () => true,
    () => false,
  );
}

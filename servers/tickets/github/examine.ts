import { findings, wordsOf } from '#shared/doctor/finding.ts';
import type { Finding, Report } from '#shared/doctor/report.ts';
import type { AppClient } from '#shared/github/app.ts';
import { lookAtApp } from '#shared/github/doctor/installation.ts';
import { lookAtSite } from '#shared/github/doctor/site.ts';
import type { Endpoints } from '#shared/github/endpoints.ts';
import { writePermissions } from './permissions.ts';
import { readProject } from './read/projects.ts';
import type { Repositories } from './repositories.ts';

/** Looks at everything between this server and its GitHub. Writes nothing there. */
export async function examineGithub(
  options: {
    readonly endpoints: Endpoints;
    readonly userAgent: string;
    readonly app: AppClient;
    readonly repositories: Repositories;
    readonly now: () => number;
  },
  projects: readonly string[],
): Promise<Report> {
  const { endpoints, repositories } = options;
  const head = { format: 'countersign/doctor@1', server: 'tickets', backend: endpoints.origin } as const;
  const site = await lookAtSite(options);
  if (!site.reached) return { ...head, reached: false, findings: [...site.found] };
  const [ofApp, ...ofProjects] = await Promise.all([
    lookAtApp({ ...options, needed: writePermissions, granted: projects }),
    ...projects.map((key) => lookAtProject(repositories, key)),
  ]);
  return { ...head, reached: true, findings: [...site.found, ...ofApp, ...ofProjects.flat()] };
}

async function lookAtProject(repositories: Repositories, key: string): Promise<readonly Finding[]> {
  const { ok, advice, wrong } = findings(key);
  try {
    const found = await repositories.byKey(key);
    if (found === null) {
      return [wrong('project', 'There is no such repository, or the App does not see it.', 'Install the App on it.')];
    }
    const project = await readProject(found);
    if (project === null)
      return [wrong('project', 'Issues are switched off there.', 'Switch them on in its settings.')];
    if (project.archived) return [advice('project', 'It is archived: its issues can be read, and nothing written.')];
    const types = project.types.map(({ name }) => name).join(', ');
    return [ok('project', `Its issues can be read; it is ${project.audience}. Types: ${types}.`)];
  } catch (error) {
    const { message, next } = wordsOf(error, 'GitHub does not answer as it should.');
    return [wrong('project', message, next)];
  }
}

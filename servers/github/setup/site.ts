import { AppError } from '#shared/errors.ts';
import { type Endpoints, endpointsOf, isHosted } from '#shared/github/endpoints.ts';

/** A GitHub where an App is made: its API, and its pages for people. */
export type Site = { readonly endpoints: Endpoints; readonly pages: string };

/** Throws AppError `bad_configuration` where the URL is none of a GitHub's API. */
export function siteOf(url: string): Site {
  const endpoints = endpointsOf(url);
  if (typeof endpoints === 'string') throw new AppError('bad_configuration', `The URL of GitHub ${endpoints}.`);
  // Pages are where git is spoken.
  return { endpoints, pages: endpoints.git };
}

/** Where a person makes an App: for themselves, or for an organization. */
export function newAppPage({ pages }: Site, organization: string | undefined, state: string): string {
  const owner = organization === undefined ? '' : `/organizations/${encodeURIComponent(organization)}`;
  return `${pages}${owner}/settings/apps/new?state=${encodeURIComponent(state)}`;
}

/** Where its owner says on which repositories it is installed. */
export function installPage({ endpoints, pages }: Site, slug: string): string {
  const apps = isHosted(endpoints) ? 'apps' : 'github-apps';
  return `${pages}/${apps}/${encodeURIComponent(slug)}/installations/new`;
}

import { z } from 'zod';
import { requireApp, requireInstallation, visibleRepositories } from '../access.ts';
import type { ForgeApp } from '../apps.ts';
import { arrangement } from '../arrangement.ts';
import type { Forge } from '../forge.ts';
import { nodeId } from '../ids.ts';
import { type Installation, installationById, installationOf, listInstallations, mintFor } from '../installations.ts';
import { isSelected } from '../owner-settings.ts';
import { repositoryByName } from '../repositories.ts';
import { revokeToken } from '../tokens.ts';
import { bodyOf, callerOf, notFound, pageOf, parameter, type Request, type Routes } from './kit.ts';
import { viewInstallation, viewRepository } from './views.ts';

const tokenSchema = z.strictObject({
  repository_ids: z.array(z.int()).max(500).optional(),
  repositories: z.array(z.string()).max(500).optional(),
  permissions: z.record(z.string(), z.string()).optional(),
});

function viewApp(forge: Forge, { id, slug, name, permissions }: ForgeApp) {
  return {
    ...{ id, slug, name },
    node_id: nodeId('App', id),
    description: 'The App that Countersign uses on this forge.',
    permissions: { metadata: 'read', ...permissions },
    events: [],
    installations_count: listInstallations(forge).length,
    html_url: `${forge.site.url}/apps/${slug}`,
  };
}

/** What only the App itself may ask, by JWT, and what an installation asks about itself. */
export function appRoutes(forge: Forge, routes: Routes): void {
  const one = (c: Request, installation: Installation | undefined) => {
    const app = requireApp(callerOf(c));
    if (!installation) throw notFound();
    return c.json(viewInstallation(forge, app, installation));
  };
  routes.get('/app', (c) => {
    return c.json(viewApp(forge, requireApp(callerOf(c))));
  });
  routes.get('/app/installations', (c) => {
    const app = requireApp(callerOf(c));
    return c.json(pageOf(forge, c, listInstallations(forge)).map((each) => viewInstallation(forge, app, each)));
  });
  routes.get('/app/installations/:id', (c) => {
    requireApp(callerOf(c));
    return one(c, installationById(forge, Number(parameter(c, 'id'))));
  });
  routes.get('/orgs/:org/installation', (c) => {
    requireApp(callerOf(c));
    return one(c, installationOf(forge, parameter(c, 'org')));
  });
  routes.get('/repos/:owner/:repo/installation', (c) => {
    requireApp(callerOf(c));
    const repository = repositoryByName(forge, parameter(c, 'owner'), parameter(c, 'repo'));
    return one(c, repository && isSelected(forge, repository) ? installationOf(forge, repository.owner) : undefined);
  });
  routes.post('/app/installations/:id/access_tokens', async (c) => {
    const app = requireApp(callerOf(c));
    const installation = installationById(forge, Number(parameter(c, 'id')));
    if (!installation) throw notFound();
    const minted = mintFor(forge, app, installation, await bodyOf(c, tokenSchema));
    const answer = {
      token: minted.token,
      expires_at: `${new Date(minted.expiresAt).toISOString().slice(0, 19)}Z`,
      permissions: minted.permissions,
      repository_selection: minted.repositories || arrangement(forge).selected ? 'selected' : 'all',
    };
    const repositories = minted.repositories?.map((each) => viewRepository(forge, each));
    return c.json(repositories ? { ...answer, repositories } : answer, 201);
  });
  routes.delete('/installation/token', (c) => {
    revokeToken(forge.db, requireInstallation(callerOf(c)).id);
    return c.body(null, 204);
  });
  routes.get('/installation/repositories', (c) => {
    const token = requireInstallation(callerOf(c));
    const all = visibleRepositories(forge, token);
    return c.json({
      total_count: all.length,
      repository_selection: token.repositories || arrangement(forge).selected ? 'selected' : 'all',
      repositories: pageOf(forge, c, all).map((each) => viewRepository(forge, each, token)),
    });
  });
}

import { requireInstallation, visibleById } from '../access.ts';
import { findAccount } from '../accounts.ts';
import type { Forge } from '../forge.ts';
import { mustReadCommit } from '../git/commits.ts';
import { listRefs, readRef } from '../git/refs.ts';
import { mayBypass } from '../owner-settings.ts';
import { Refusal } from '../refusal.ts';
import { fullName, permissionOf, type Repository, roleOf } from '../repositories.ts';
import { rulesetId, rulesOf, rulesOn, viewRuleset } from '../rules.ts';
import { apiUrl, callerOf, notFound, pageOf, parameter, type Routes, repositoryOf } from './kit.ts';
import { viewAccount, viewCommit, viewRepository } from './views.ts';

const branchName = (ref: string): string => ref.slice('refs/heads/'.length);

async function viewBranch(forge: Forge, repository: Repository, branch: string, oid: string) {
  const commit = await mustReadCommit(repository.git, oid);
  return {
    name: branch,
    commit: viewCommit(forge, repository, commit),
    protected: branch === repository.defaultBranch,
    _links: { self: apiUrl(forge, `/repos/${fullName(repository)}/branches/${encodeURIComponent(branch)}`) },
  };
}

/** Repositories, their branches, rules and people. */
export function repositoryRoutes(forge: Forge, routes: Routes): void {
  routes.get('/repos/:owner/:repo', (c) => {
    const { repository, token } = repositoryOf(forge, c);
    return c.json(viewRepository(forge, repository, token));
  });
  routes.get('/repositories/:id', (c) => {
    const token = requireInstallation(callerOf(c));
    const repository = visibleById(forge, token, Number(parameter(c, 'id')));
    if (!repository) throw notFound();
    return c.json(viewRepository(forge, repository, token));
  });
  routes.get('/repos/:owner/:repo/branches', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents');
    const onlyProtected = c.req.query('protected');
    const refs = await listRefs(repository.git.dir, 'refs/heads/');
    const wanted = refs.filter(
      (ref) =>
        onlyProtected === undefined ||
        (branchName(ref.name) === repository.defaultBranch) === (onlyProtected === 'true'),
    );
    return c.json(
      pageOf(forge, c, wanted).map((ref) => ({
        name: branchName(ref.name),
        commit: { sha: ref.oid, url: apiUrl(forge, `/repos/${fullName(repository)}/commits/${ref.oid}`) },
        protected: branchName(ref.name) === repository.defaultBranch,
      })),
    );
  });
  routes.get('/repos/:owner/:repo/branches/:branch{.+}', async (c) => {
    const { repository } = repositoryOf(forge, c, 'contents');
    const branch = parameter(c, 'branch');
    const oid = await readRef(repository.git.dir, `refs/heads/${branch}`);
    if (oid === undefined) throw new Refusal('NOT_FOUND', 'Branch not found');
    return c.json(await viewBranch(forge, repository, branch, oid));
  });
  ruleRoutes(forge, routes);
  routes.get('/repos/:owner/:repo/collaborators/:user', (c) => {
    const { repository } = repositoryOf(forge, c);
    const account = findAccount(forge.db, parameter(c, 'user'));
    if (account?.type !== 'User' || permissionOf(roleOf(forge, repository, account.login)) === 'none') throw notFound();
    return c.body(null, 204);
  });
  routes.get('/repos/:owner/:repo/collaborators/:user/permission', (c) => {
    const { repository } = repositoryOf(forge, c);
    const account = findAccount(forge.db, parameter(c, 'user'));
    if (account?.type !== 'User') throw notFound();
    const role = roleOf(forge, repository, account.login);
    return c.json({ permission: permissionOf(role), role_name: role, user: viewAccount(forge, account) });
  });
}

function ruleRoutes(forge: Forge, routes: Routes): void {
  routes.get('/repos/:owner/:repo/rules/branches/:branch{.+}', (c) => {
    const { repository } = repositoryOf(forge, c);
    return c.json(pageOf(forge, c, rulesOn(repository, parameter(c, 'branch'))));
  });
  routes.get('/repos/:owner/:repo/rulesets', (c) => {
    const { repository } = repositoryOf(forge, c);
    return c.json(pageOf(forge, c, [viewRuleset(forge, repository)]));
  });
  routes.get('/repos/:owner/:repo/rulesets/:id', (c) => {
    const { repository } = repositoryOf(forge, c);
    if (parameter(c, 'id') !== String(rulesetId(repository))) throw notFound();
    const conditions = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } };
    return c.json({
      ...viewRuleset(forge, repository),
      conditions,
      rules: rulesOf(repository),
      current_user_can_bypass: mayBypass(forge, repository) ? 'always' : 'never',
    });
  });
}

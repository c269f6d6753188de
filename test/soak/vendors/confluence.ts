import { confluence as product } from '#servers/knowledge/confluence/product.ts';
import { find } from '#test/fakes/common/routes.ts';
import { handlers } from '#test/fakes/confluence/routes.ts';
import { shapes } from '#test/fakes/confluence/schema.ts';
import { FakeConfluence } from '#test/fakes/confluence/server.ts';
import { everything, newest } from '#test/fakes/confluence/site.ts';
import { startGateway } from './gateway.ts';
import type { Vendor } from './vendor.ts';

/** A Confluence with one space, in which the server and some people may write. */
export async function startConfluence(): Promise<Vendor> {
  const fake = await new FakeConfluence().start();
  const { site, oauth, cloudId } = fake;
  const space = site.space('soak');
  const bot = site.user('Countersign', { accountType: 'app' });
  const dana = site.user('Dana Ruiz', { groups: ['staff'] });
  space.permissions.set(bot.accountId, everything);
  space.permissions.set('staff', everything);
  const client = oauth.client(bot.accountId, [...product.scopes.write]);
  const gateway = await startGateway(() => fake.origin, routeOf);
  const pageOf = (id: string) => {
    const found = site.pages.get(id);
    if (found === undefined) throw new Error(`there is no ${id}`);
    return found;
  };
  const prefix = 'COUNTERSIGN_KNOWLEDGE_CONFLUENCE_';
  return {
    name: 'confluence',
    gateway,
    settings: {
      COUNTERSIGN_KNOWLEDGE_BACKEND: 'confluence',
      [`${prefix}SITE`]: gateway.origin,
      [`${prefix}CLOUD_ID`]: cloudId,
      [`${prefix}API_URL`]: gateway.origin,
      [`${prefix}TOKEN_URL`]: `${gateway.origin}/oauth/token`,
      [`${prefix}CLIENT_ID`]: client.id,
      [`${prefix}CLIENT_SECRET`]: client.secret,
    },
    newPage: (title, text) => site.page(space.id, { title, body: `<p>${text}</p>`, by: dana.accountId }).id,
    page: (id) => {
      const { parentId: parent, status, versions } = pageOf(id);
      const { title, body: text } = newest({ versions });
      const said = [...site.comments.values()].filter(({ pageId }) => pageId === id);
      const comments = said.map((one) => newest(one).body);
      return { title, text, parent, isTrashed: status === 'trashed', comments, versions: versions.length };
    },
    titled: (title) => [...site.pages.values()].filter((one) => newest(one).title === title).map(({ id }) => id),
    violations: () => fake.violations,
    stop: async () => {
      await gateway.stop();
      await fake.stop();
    },
  };
}

function routeOf(method: string, path: string) {
  const found = find(handlers, method, path.replace(/^.*?\/wiki\//, ''));
  if (found === null) return { name: path.endsWith('/oauth/token') ? 'token' : `${method} ${path}`, writes: false };
  return { name: found.name, writes: shapes[found.name]?.writes ?? false };
}

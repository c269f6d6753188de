import { find } from '#test/fakes/common/routes.ts';
import { routes } from '#test/fakes/notion/routes.ts';
import { FakeNotion } from '#test/fakes/notion/server.ts';
import { startGateway } from './gateway.ts';
import type { Vendor } from './vendor.ts';

/** A workspace of Notion with one page that the namespace is under. */
export async function startNotion(): Promise<Vendor> {
  const fake = await new FakeNotion().start();
  const { workspace, token } = fake;
  const dana = workspace.user('Dana Ruiz');
  const root = workspace.page({ title: 'Soak', by: dana.id, shared: true });
  const gateway = await startGateway(() => fake.origin, routeOf);
  const pageOf = (id: string) => {
    const found = workspace.pages.get(id);
    if (found === undefined) throw new Error(`there is no ${id}`);
    return found;
  };
  const prefix = 'COUNTERSIGN_KNOWLEDGE_NOTION_';
  return {
    name: 'notion',
    gateway,
    settings: {
      COUNTERSIGN_KNOWLEDGE_BACKEND: 'notion',
      [`${prefix}URL`]: gateway.origin,
      [`${prefix}TOKEN`]: token,
      [`${prefix}NAMESPACES`]: `soak=${root.id.replaceAll('-', '')}`,
    },
    newPage: (title, text) => workspace.page({ title, text, by: dana.id, parent: root.id }).id,
    page: (id) => {
      const page = pageOf(id);
      const said = workspace.comments.filter(({ pageId }) => pageId === id);
      const comments = said.map(({ text }) => text.map((part) => part.text.content).join(''));
      const { title, parent, in_trash: isTrashed } = page;
      return { title, text: workspace.textOf(page), parent, isTrashed, comments, versions: null };
    },
    titled: (title) => [...workspace.pages.values()].filter((one) => one.title === title).map(({ id }) => id),
    violations: () => fake.violations,
    stop: async () => {
      await gateway.stop();
      await fake.stop();
    },
  };
}

function routeOf(method: string, path: string) {
  const found = find(routes, method, path);
  return { name: found?.name ?? `${method} ${path}`, writes: found?.route.writes ?? false };
}

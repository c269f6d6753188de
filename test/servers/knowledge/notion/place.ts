import type { KnowledgePage, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { openNotion } from '#servers/knowledge/notion/open.ts';
import type { NotionOptions } from '#servers/knowledge/notion/settings.ts';
import type { KnowledgeBackendParts } from '#servers/knowledge/parts.ts';
import { Secret } from '#shared/http/secret.ts';
import { present } from '#test/contracts/common.ts';
import { FakeNotion } from '#test/fakes/notion/server.ts';
import type { FakePage, FakeUser } from '#test/fakes/notion/workspace.ts';

type Options = Partial<NotionOptions & { readTimeoutMs: number; now: () => number; perSecond: number }>;

/** A workspace with a few people and pages, and this server's integration in it. */
export type NotionPlace = {
  readonly fake: FakeNotion;
  readonly backend: KnowledgeBackendParts;
  readonly reader: KnowledgeReader;
  /** The pages that namespaces are under: of the last the namespace is within the first, and is none of it. */
  readonly handbook: FakePage;
  readonly hr: FakePage;
  readonly board: FakePage;
  readonly old: FakePage;
  /** Shared with the integration, but under no namespace. */
  readonly loose: FakePage;
  readonly alice: FakeUser;
  readonly mallory: FakeUser;
  readonly open: (options?: Options) => Promise<KnowledgeBackendParts>;
  readonly close: () => Promise<void>;
};

export async function openPlace(): Promise<NotionPlace> {
  const fake = await new FakeNotion().start();
  const { workspace } = fake;
  const alice = workspace.user('Alice Ito');
  const mallory = workspace.user('Mallory', { guest: true });
  const top = (title: string): FakePage => workspace.page({ title, by: alice.id, shared: true });
  const [handbook, hr, old, loose] = [top('Handbook'), top('People'), top('Old'), top('Loose')];
  const board = workspace.page({ title: 'Board papers', by: alice.id, parent: handbook.id });
  old.in_trash = true;
  const roots = Object.entries({ handbook, hr, old, board }).map(([key, { id }]) => ({ key, id }));
  const opened: KnowledgeBackendParts[] = [];
  const open: NotionPlace['open'] = async (options = {}) => {
    const connection = { origin: fake.origin, token: new Secret(fake.token), roots, userAgent: 'countersign/test' };
    const backend = await openNotion({ ...connection, perSecond: 100_000, ...options });
    opened.push(backend);
    return backend;
  };
  const backend = await open();
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((one) => one.close()));
    await fake.stop();
  };
  return { fake, backend, reader: backend.reader, handbook, hr, board, old, loose, alice, mallory, open, close };
}

/** Writes as the executor does. */
export { writeOnce as write } from '#test/contracts/knowledge/bench.ts';

/** A page that a person made. */
export async function pageIn(
  { fake, alice, reader }: Pick<NotionPlace, 'fake' | 'alice' | 'reader'>,
  parent: FakePage,
  { text = 'Some words.', title = `Page ${fake.workspace.pages.size}` } = {},
): Promise<KnowledgePage> {
  const { id } = fake.workspace.page({ title, text, by: alice.id, parent: parent.id });
  return present(await reader.page(id));
}

export const kept = ({ fake }: Pick<NotionPlace, 'fake'>, { id }: { readonly id: string }): FakePage =>
  present(fake.workspace.pages.get(id));

import type { PageRef } from '#capabilities/knowledge/types.ts';
import type { KnowledgePage, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { openConfluence } from '#servers/knowledge/confluence/open.ts';
import { confluence as product } from '#servers/knowledge/confluence/product.ts';
import type { ConfluenceOptions } from '#servers/knowledge/confluence/settings.ts';
import type { KnowledgeBackendParts } from '#servers/knowledge/parts.ts';
import { endpointsOf } from '#shared/atlassian/endpoints.ts';
import { Secret } from '#shared/http/secret.ts';
import { present } from '#test/contracts/common.ts';
import { FakeConfluence } from '#test/fakes/confluence/server.ts';
import { everything, type FakePage, type FakeSpace, type FakeUser } from '#test/fakes/confluence/site.ts';

/** A Confluence with a few people and spaces, and this server's service account in it. */
export type ConfluencePlace = {
  readonly fake: FakeConfluence;
  readonly backend: KnowledgeBackendParts;
  readonly reader: KnowledgeReader;
  readonly ops: FakeSpace;
  readonly hr: FakeSpace;
  /** The account may not see it. */
  readonly board: FakeSpace;
  readonly old: FakeSpace;
  readonly bot: FakeUser;
  readonly alice: FakeUser;
  /** Somebody of another organisation. */
  readonly mallory: FakeUser;
  readonly secret: string;
  readonly open: (
    options?: Partial<ConfluenceOptions & { readTimeoutMs: number; now: () => number }>,
  ) => Promise<KnowledgeBackendParts>;
  readonly close: () => Promise<void>;
};

export async function openPlace(): Promise<ConfluencePlace> {
  const fake = await new FakeConfluence().start();
  const { site, oauth, origin, cloudId } = fake;
  const [ops, hr, board, old] = ['OPS', 'HR', 'BOARD', 'OLD'].map((key) => site.space(key)) as [
    ...[FakeSpace, FakeSpace, FakeSpace, FakeSpace],
  ];
  const bot = site.user('Countersign', { accountType: 'app' });
  const alice = site.user('Alice Ito', { groups: ['staff'] });
  const mallory = site.user('Mallory', { isExternalCollaborator: true });
  for (const space of [ops, hr, old]) {
    space.permissions.set(bot.accountId, everything);
    space.permissions.set('staff', everything);
    space.permissions.set(mallory.accountId, new Set(['read space', 'create comment']));
  }
  board.permissions.set('staff', everything);
  old.status = 'archived';
  const client = oauth.client(bot.accountId, [...product.scopes.write]);
  const opened: KnowledgeBackendParts[] = [];
  const open: ConfluencePlace['open'] = async (options = {}) => {
    const token = `${origin}/oauth/token`;
    const backend = await openConfluence({
      endpoints: endpointsOf(product, { site: origin, cloudId, gateway: origin, token }),
      credential: { kind: 'client', clientId: client.id, secret: new Secret(client.secret) },
      userAgent: 'countersign/test',
      ...options,
    });
    opened.push(backend);
    return backend;
  };
  const backend = await open();
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((one) => one.close()));
    await fake.stop();
  };
  const { reader } = backend;
  return { fake, backend, reader, ops, hr, board, old, bot, alice, mallory, secret: client.secret, open, close };
}

/** Writes as the executor does. */
export { writeOnce as write } from '#test/contracts/knowledge/bench.ts';

/** A page that a person made at the top of a space, or under another. */
export async function pageIn(
  { fake, alice, reader }: Pick<ConfluencePlace, 'fake' | 'alice' | 'reader'>,
  space: FakeSpace,
  { body = '<p>Some words.</p>', title = `Page ${fake.site.pages.size}`, parentId = null as string | null } = {},
): Promise<KnowledgePage> {
  const { id } = fake.site.page(space.id, { title, body, by: alice.accountId, parentId });
  return present(await reader.page(id));
}

export const kept = ({ fake }: Pick<ConfluencePlace, 'fake'>, { id }: Pick<PageRef, 'id'>): FakePage =>
  present(fake.site.pages.get(id));

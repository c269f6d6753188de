import { openLinear } from '#servers/tickets/linear/open.ts';
import type { TicketBackendParts } from '#servers/tickets/parts.ts';
import { Secret } from '#shared/http/secret.ts';
import { FakeLinear } from '#test/fakes/linear/server.ts';
import type { Team, User } from '#test/fakes/linear/workspace.ts';

/** A Linear with a few people and teams, and this server's application in it. */
export type LinearPlace = {
  readonly fake: FakeLinear;
  readonly backend: TicketBackendParts;
  readonly web: Team;
  readonly ops: Team;
  readonly app: User;
  readonly alice: User;
  readonly bob: User;
  readonly close: () => Promise<void>;
};

export async function openPlace({
  readTimeoutMs = 10_000,
}: {
  readonly readTimeoutMs?: number;
} = {}): Promise<LinearPlace> {
  const fake = await new FakeLinear().start();
  const { workspace, oauth } = fake;
  const [web, ops] = [workspace.team('WEB'), workspace.team('OPS')];
  const members = new Set([web.id, ops.id]);
  const app = workspace.user('Countersign', { app: true, teams: new Set(members) });
  const alice = workspace.user('Alice Ito', { teams: new Set(members) });
  const bob = workspace.user('Bob Weiss', { teams: new Set(members) });
  workspace.label('bug');
  workspace.label('agent', { teamId: web.id });
  const client = oauth.client(app);
  const backend = await openLinear({
    ...{ origin: fake.origin, userAgent: 'countersign/test', readTimeoutMs, writeTimeoutMs: readTimeoutMs },
    credential: { kind: 'app', clientId: client.id, secret: new Secret(client.secret) },
  });
  const close = async (): Promise<void> => {
    await backend.close();
    await fake.stop();
  };
  return { fake, backend, web, ops, app, alice, bob, close };
}

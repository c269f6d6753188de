import type { FieldValues, TicketDocument } from '#capabilities/ticket/types.ts';
import type { Ticket } from '#capabilities/ticket-read/ports.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import { usualScopes } from '#servers/tickets/linear/credential.ts';
import { openLinear } from '#servers/tickets/linear/open.ts';
import type { TicketBackendParts } from '#servers/tickets/parts.ts';
import { Secret } from '#shared/http/secret.ts';
import { present } from '#test/contracts/common.ts';
import { refOf, writeOnce } from '#test/contracts/tickets/bench.ts';
import { FakeLinear } from '#test/fakes/linear/server.ts';
import type { Issue, Team, User } from '#test/fakes/linear/things.ts';

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

export async function openPlace(): Promise<LinearPlace> {
  const fake = await new FakeLinear().start();
  const { workspace, oauth } = fake;
  const [web, ops] = [workspace.team('WEB'), workspace.team('OPS')];
  const members = new Set([web.id, ops.id]);
  const app = workspace.user('Countersign', { app: true, isAssignable: true, teams: new Set(members) });
  const alice = workspace.user('Alice Ito', { teams: new Set(members) });
  const bob = workspace.user('Bob Weiss', { teams: new Set(members) });
  workspace.label('bug');
  workspace.label('agent', { teamId: web.id });
  oauth.client(app);
  const backend = await openOn(fake, {});
  const close = async (): Promise<void> => {
    await backend.close();
    await fake.stop();
  };
  return { fake, backend, web, ops, app, alice, bob, close };
}

type Patience = { readonly readTimeoutMs?: number; readonly writeTimeoutMs?: number };

/** This server once more, with the patience that is given. */
export async function openOn(fake: FakeLinear, patience: Patience): Promise<TicketBackendParts> {
  const client = present([...fake.oauth.clients.values()][0]);
  const secret = new Secret(client.secret);
  const credential = { kind: 'app', clientId: client.id, secret, scopes: usualScopes } as const;
  return openLinear({ origin: fake.origin, userAgent: 'countersign/test', credential, ...patience });
}

/** Writes as the executor does. */
export const write = (
  { backend }: Pick<LinearPlace, 'backend'>,
  wanted: TicketWrite,
  how?: Parameters<typeof writeOnce>[2],
) => writeOnce(backend, wanted, how);

/** A new ticket in a team, by this server. */
export async function newTicket(place: LinearPlace, fields: Partial<FieldValues> = {}, key = 'WEB'): Promise<Ticket> {
  const project = present(await place.backend.reader.project(key));
  const wanted = {
    kind: 'create',
    project: refOf(project),
    type: issueType,
    fields: { title: 'A ticket', ...fields },
  } as const;
  const { id } = await write(place, wanted);
  return present(await place.backend.reader.ticketById(id));
}

export const issueType = { id: 'issue', name: 'Issue' };
export const markdown = (text: string): TicketDocument => ({ format: 'markdown', text });

/** The issue behind a ticket, to do by hand what others do. */
export function issueOf({ fake }: LinearPlace, { id }: { readonly id: string }): Issue {
  return present(fake.workspace.issues.get(id));
}

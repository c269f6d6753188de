import { generateKeyPairSync } from 'node:crypto';
import type { TicketTarget } from '#capabilities/ticket/types.ts';
import type { Ticket } from '#capabilities/ticket-read/ports.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import { openGithubIssues } from '#servers/tickets/github/open.ts';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import { endpointsOf } from '#shared/github/endpoints.ts';
import { Secret } from '#shared/http/secret.ts';
import type { Mark } from '#shared/tools/index.ts';
import { type FakeGithubIssues, startGithubIssues } from '#test/fakes/github-issues/server.ts';

/** A key pair of an App. */
export const keyPair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

/** The one of the App here, made once for each test file. */
export const keys = keyPair();

type Options = Partial<Parameters<typeof openGithubIssues>[0]>;

/** The backend against a fake GitHub, and what it reported to nobody. */
export async function connect(fake: FakeGithubIssues, options: Options = {}) {
  const endpoints = endpointsOf(fake.url);
  if (typeof endpoints === 'string') throw new Error(endpoints);
  const problems: unknown[] = [];
  const parts = await openGithubIssues({
    ...{ endpoints, appId: fake.app.id, appKey: { pem: new Secret(keys.privateKey) }, userAgent: 'countersign/test' },
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  return { ...parts, problems };
}

/** A GitHub with `acme/web`, on which the App is installed, and `acme/ops`, on which it is too. */
export async function startHub() {
  const fake = await startGithubIssues(keys.publicKey);
  const { hub, app } = fake;
  const [web, ops] = [hub.repository('acme/web'), hub.repository('acme/ops')];
  const [alice, bob] = [hub.user('alice', { name: 'Alice Ng' }), hub.user('bob', { name: 'Bob Roe' })];
  for (const repository of [web, ops]) {
    app.install(repository);
    for (const { login } of [alice, bob]) repository.people.set(login, { permission: 'write', assignable: true });
    for (const label of ['agent', 'bug']) hub.label(repository, label);
    repository.types.push({ id: `IT_${repository.id}`, name: 'Bug', isEnabled: true });
  }
  return { fake, hub, app, web, ops, alice, bob };
}

/** Writes as the executor does: with a permit for this one write. */
export async function writeWith(
  { door }: Pick<Awaited<ReturnType<typeof connect>>, 'door'>,
  wanted: TicketWrite,
  { mark = someMark, target = targetOf(wanted) }: { readonly mark?: Mark; readonly target?: TicketTarget } = {},
) {
  const { changeId } = mark;
  try {
    const writer = await door.open(mintPermit({ changeId, tool: 'any', step: wanted.kind, target }));
    return await writer.write(wanted, mark);
  } finally {
    await door.done(changeId);
  }
}

export const someMark: Mark = { changeId: 'chg_0123456789abcdefghjkmnpqrs', token: 'a'.repeat(32) };

export function targetOf(wanted: TicketWrite): TicketTarget {
  if (wanted.kind === 'create') return { projectId: wanted.project.id, project: wanted.project.key, ticketId: null };
  const { id, project } = 'outward' in wanted ? wanted.outward : wanted.ticket;
  return { projectId: project.id, project: project.key, ticketId: id };
}

/** What must be there. */
export function present(ticket: Ticket | null): Ticket {
  if (ticket === null) throw new Error('there is no such ticket');
  return ticket;
}

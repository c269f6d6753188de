import type { TicketDocument } from '#capabilities/ticket/types.ts';
import type { Ticket, TicketReader } from '#capabilities/ticket-read/ports.ts';
import { openJira } from '#servers/tickets/jira/open.ts';
import { jira as product } from '#servers/tickets/jira/product.ts';
import type { JiraOptions } from '#servers/tickets/jira/settings.ts';
import type { TicketBackendParts } from '#servers/tickets/parts.ts';
import { endpointsOf } from '#shared/atlassian/endpoints.ts';
import { Secret } from '#shared/http/secret.ts';
import { present } from '#test/contracts/common.ts';
import { FakeJira } from '#test/fakes/jira/server.ts';
import { all, paragraph } from '#test/fakes/jira/site.ts';
import type { JiraIssue, JiraProject, JiraUser } from '#test/fakes/jira/state.ts';

/** A Jira with a few people and projects, and this server's service account in it. */
export type JiraPlace = {
  readonly fake: FakeJira;
  readonly backend: TicketBackendParts;
  readonly reader: TicketReader;
  readonly web: JiraProject;
  readonly ops: JiraProject;
  /** Its customers see what is not said to the team alone. */
  readonly help: JiraProject;
  readonly bot: JiraUser;
  readonly alice: JiraUser;
  readonly mallory: JiraUser;
  /** The secret of the service account. */
  readonly secret: string;
  /** What went wrong where nobody waited. */
  readonly problems: unknown[];
  readonly open: (
    options?: Partial<JiraOptions & { readTimeoutMs: number; now: () => number }>,
  ) => Promise<TicketBackendParts>;
  readonly close: () => Promise<void>;
};

export async function openPlace(): Promise<JiraPlace> {
  const fake = await new FakeJira().start();
  const { site, oauth, origin, cloudId } = fake;
  const [web, ops] = [site.project('WEB'), site.project('OPS')];
  const help = site.project('HELP', { projectTypeKey: 'service_desk', types: ['10102'] });
  const bot = site.user('Countersign', { accountType: 'app', timeZone: 'Asia/Tokyo' });
  const alice = site.user('Alice Ito', { emailAddress: 'alice@acme.example' });
  const mallory = site.user('Mallory', { accountType: 'customer' });
  for (const project of [web, ops, help]) {
    project.permissions.set(bot.accountId, new Set(all));
    project.permissions.set(alice.accountId, new Set([...all, 'ADMINISTER_PROJECTS']));
  }
  site.mayBrowseUsers.add(bot.accountId);
  const client = oauth.client(bot.accountId);
  const problems: unknown[] = [];
  const opened: TicketBackendParts[] = [];
  const open: JiraPlace['open'] = async (options = {}) => {
    const token = `${origin}/oauth/token`;
    const backend = await openJira({
      endpoints: endpointsOf(product, { site: origin, cloudId, gateway: origin, token }),
      credential: { kind: 'client', clientId: client.id, secret: new Secret(client.secret) },
      ...{ archive: false, userAgent: 'countersign/test', onProblem: (error) => problems.push(error) },
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
  return { fake, backend, reader, web, ops, help, bot, alice, mallory, secret: client.secret, problems, open, close };
}

/** Writes as the executor does. */
export { writeOnce as write } from '#test/contracts/tickets/bench.ts';

/** A ticket that a person made. */
export async function ticketIn(
  { fake, alice, reader }: Pick<JiraPlace, 'fake' | 'alice' | 'reader'>,
  project: JiraProject,
  fields: JiraIssue['fields'] = {},
): Promise<Ticket> {
  const type = present(project.types[0]);
  const { id } = fake.site.create(project, type, { summary: 'A ticket', ...fields }, alice.accountId);
  return present(await reader.ticketById(id));
}

export const issueOf = ({ fake }: Pick<JiraPlace, 'fake'>, { id }: { readonly id: string }): JiraIssue =>
  present(fake.site.issues.get(id));

/** One paragraph of plain text, as tools make it. */
export const document = (text: string): TicketDocument => ({
  ...{ format: 'adf', text },
  native: JSON.stringify(paragraph(text)),
});

import * as z from 'zod';
import { callTool } from '../mcp-call.ts';
import type { SuiteUrls } from '../suite.ts';

const repository = 'acme/storefront';

const file = z.object({ content: z.string() });
const proposed = z.object({ change_id: z.string(), status: z.string(), summary: z.string(), next: z.string() });
const receipt = z.object({
  step: z.string(),
  id: z.string().optional(),
  pull_request_number: z.number().optional(),
  url: z.string().optional(),
});
const waited = z.object({
  changes: z.array(
    z.object({ status: z.string(), reason: z.string().optional(), receipts: z.array(receipt).optional() }),
  ),
});
const pullRequest = z.looseObject({ number: z.number(), title: z.string(), state: z.string() });
const ticket = z.object({
  ticket: z.string(),
  title: z.string(),
  status: z.string(),
  comments: z.array(z.object({ by: z.string().nullable(), body: z.string() })),
});
export type ShownTicket = z.infer<typeof ticket>;

const found = z.object({
  pages: z.array(
    z.object({ page: z.string(), title: z.string(), trust: z.string(), quarantined: z.boolean().optional() }),
  ),
});
const page = z.object({
  title: z.string(),
  text: z.object({ text: z.string() }),
  trust: z.string(),
  quarantined: z.boolean().optional(),
});

/** The part of an agent: it has the addresses of four servers, and no credential. */
export function demoAgent(urls: Pick<SuiteUrls, 'github' | 'tickets' | 'knowledge' | 'approvals'>) {
  return {
    search: async (query: string) =>
      (await callTool(urls.knowledge, { name: 'search_pages', arguments: { query }, result: found })).pages,
    readPage: (id: string) => callTool(urls.knowledge, { name: 'read_page', arguments: { page: id }, result: page }),
    proposePage: (wanted: object) =>
      callTool(urls.knowledge, { name: 'create_page', arguments: wanted, result: proposed }),
    read: async (path: string) => {
      const call = { name: 'read_file', arguments: { repository, path }, result: file };
      return (await callTool(urls.github, call)).content;
    },
    ticket: (key: string) => callTool(urls.tickets, { name: 'get_ticket', arguments: { ticket: key }, result: ticket }),
    proposePullRequest: (wanted: object) =>
      callTool(urls.github, {
        name: 'propose_pull_request',
        arguments: { repository, ...wanted },
        result: proposed,
      }),
    proposeOnTicket: (name: 'add_comment' | 'transition_ticket', wanted: object) =>
      callTool(urls.tickets, { name, arguments: wanted, result: proposed }),
    waitFor: async (ids: readonly string[]) => {
      const call = { name: 'wait_for_change', arguments: { change_ids: ids }, result: waited };
      return (await callTool(urls.approvals, call)).changes;
    },
    pullRequest: (number: number) =>
      callTool(urls.github, { name: 'get_pull_request', arguments: { repository, number }, result: pullRequest }),
  };
}

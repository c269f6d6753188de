import type { VendorName } from './vendors/vendor.ts';

/** Limits as wide as they can be; everything else is as in the blueprint that comes along. */
const ofRepositories = `blueprint: soak
goal: Find out what a fault does.
agent: soak-agent
sponsor: operator
callers:
  - listener: 127.0.0.1
capabilities:
  repo-merge:
    repositories: [acme/storefront]
    base: ["agent/*"]
    methods: [merge]
  repo-read:
    repositories: [acme/storefront]
    tools: [list_pull_requests, get_pull_request, list_review_threads, list_files, read_file]
  repo-write:
    repositories: [acme/storefront]
    tools:
      - propose_pull_request
      - commit_files
      - push_commits
      - update_pull_request
      - comment_on_pull_request
      - resolve_review_thread
      - request_reviews
      - update_branch
      - delete_branch
    reviewers: [bob]
    base: [main, "agent/*"]
    branches: ["agent/*"]
    max_files: 50
    max_bytes: 5MiB
review:
  default:
    by: [local]
    quorum: 1
    expires: 24h
limits:
  writes_per_hour: 1000
  pending: 100
  reads_per_minute: 10000
`;

const ofTickets = `  ticket-read: { projects: [WEB] }
  ticket-write:
    projects: [WEB]
    set_labels: ["*"]
    to_status: [To do, In progress, In review, Done]
    tools: [create_ticket, update_ticket, transition_ticket, add_comment, update_comment, link_tickets, archive_ticket]
`;

const ofPages = `  knowledge-read: { namespaces: [wiki, past] }
  knowledge-write:
    namespaces: [wiki, past]
    tools: [create_page, update_page, move_page, trash_page, comment_on_page]
`;

/** Another agent of the server of pages alone, at a listener of its own. */
const beside = (name: string, listener: string, capabilities: string): string => `blueprint: ${name}
goal: Find out what a fault does.
agent: ${name}
sponsor: operator
callers:
  - listener: ${listener}
capabilities:
${capabilities}review:
  default:
    by: [local]
    quorum: 1
    expires: 24h
  rules:
    - { tools: [create_page, update_page, comment_on_page], own: true, flags: none, reaches: [notifies], decide: policy }
limits:
  writes_per_hour: 1000
  pending: 100
  reads_per_minute: 10000
`;

/** One whose notes under a page of its own nobody decides, so that they wait in quarantine. */
const ofNotes = beside(
  'soak-notes',
  '127.0.0.2',
  `  knowledge-read: { namespaces: [notes] }
  knowledge-write: { namespaces: [notes], tools: [create_page, update_page, comment_on_page] }
`,
);

/** One that reads what strangers wrote. */
const ofVisits = beside(
  'soak-visitor',
  '127.0.0.3',
  `  knowledge-read: { namespaces: [visited] }
  knowledge-write: { namespaces: [visited], tools: [create_page] }
`,
);

/** One that writes to a vendor, which does not know what its sponsor may do. */
const ofVendor = (name: VendorName): string =>
  beside(
    'soak-agent',
    '127.0.0.1',
    `  knowledge-read: { namespaces: [soak] }
  knowledge-write:
    namespaces: [soak]
    tools: [create_page, update_page, move_page, trash_page, comment_on_page]
`,
  ).replace('callers:', `sponsor_access: unverified # as to ${name}\ncallers:`);

/** What runs beside GitHub's: a server of tickets, and one of pages, of the suite's own or of a vendor. */
export type Beside = { readonly tickets: boolean; readonly pages: boolean; readonly vendor?: VendorName | undefined };

/** The blueprints of a run, by the names of their files, in whose order their listeners are. */
export function blueprintsOf({ tickets, pages, vendor }: Beside): Record<string, string> {
  if (vendor !== undefined) return { 'soak-1.yaml': ofVendor(vendor) };
  const more = `${tickets ? ofTickets : ''}${pages ? ofPages : ''}`;
  const first = { 'soak-1.yaml': ofRepositories.replace('review:\n', `${more}review:\n`) };
  return pages ? { ...first, 'soak-2.yaml': ofNotes, 'soak-3.yaml': ofVisits } : first;
}

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

/** What a suite with a server of tickets grants besides. */
const withTickets = ofRepositories.replace(
  'review:\n',
  `  ticket-read: { projects: [WEB] }
  ticket-write:
    projects: [WEB]
    set_labels: ["*"]
    to_status: [To do, In progress, In review, Done]
    tools: [create_ticket, update_ticket, transition_ticket, add_comment, update_comment, link_tickets, archive_ticket]
review:
`,
);

/** The blueprint of a run. */
export function blueprintOf({ tickets }: { readonly tickets: boolean }): string {
  return tickets ? withTickets : ofRepositories;
}

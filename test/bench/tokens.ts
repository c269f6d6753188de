import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { repoCapabilities } from '#capabilities/index.ts';
import { repoRead } from '#capabilities/repo-read/capability.ts';
import { toJsonSchema } from '#shared/mcp/schema.ts';
import type { Cell, Part } from './part.ts';
import * as theirs from './tokens/github-mcp-server.ts';
import { counts, diffs, pathOf, project } from './tokens/project.ts';

export const tokens: Part = {
  name: 'tokens',
  title: 'Tokens a call',
  about:
    'The same questions about the same repository, answered by this server’s tools and as github-mcp-server answers them. ' +
    'That one is not run: its answers are made of the fields that its source has at commit 64a49f34 (2026-08-20), with ids, ' +
    'dates and addresses as GitHub writes them (test/bench/tokens/github-mcp-server.ts). Counted with o200k_base, the ' +
    'tokenizer of OpenAI’s newer models, over one copy of each answer; Anthropic’s is not public and counts otherwise. "÷" ' +
    'is ours by theirs: below 1, ours is the shorter one. Text of files and diffs is text: neither can say it in less. ' +
    'Where ours does not fit into 12 KB the rest is in further pages, which are counted too.',
  measure: async () => [{ columns, rows: [...tools(), ...(await answers())] }],
};

const columns = [{ name: 'what' }, { name: 'Countersign' }, { name: 'github-mcp-server' }, { name: '÷', digits: 2 }];

const sizeOf = (answer: unknown): number => encode(typeof answer === 'string' ? answer : JSON.stringify(answer)).length;

const row = (what: string, ours: number, other: number): Cell[] => [what, ours, other, ours / other];

/** What clients give a model of each tool: name, description and arguments. */
function tools(): Cell[][] {
  const listed = repoCapabilities
    .flatMap((capability) => [...capability.tools])
    .filter((tool) => tool.kind === 'read' || tool.door === undefined);
  const ours = listed.map(({ name, description, input }) => {
    return { name, description, inputSchema: toJsonSchema(input, 'input') };
  });
  const { count, tokens: other } = theirs.theirTools;
  return [row(`the tools: ${ours.length} beside ${count} for the same`, sizeOf(ours), other)];
}

async function answers(): Promise<Cell[][]> {
  const { repository, pull } = project();
  const reader = repository.reader();
  const head = repository.head('main');
  const path = pathOf(counts.list - 1);
  const source = repository.commits.get(head)?.parents[0] ?? head;
  const text = Buffer.from(repository.treeAt(source).get(path)?.bytes ?? []).toString('utf8');
  const entries = (await reader.tree('acme/web', 'main', 'src/checkout')) ?? [];
  const history = (await reader.commits('acme/web', { commit: head, limit: counts.list })).items;
  const pulls = (await reader.pullRequests('acme/web', { state: 'open', limit: counts.list })).items;
  const branches = (await reader.branches('acme/web', { limit: counts.list })).items;
  const found = (await reader.searchCode('acme/web', { words: ['warehouse'], folder: '' })).items;
  const checks = (await reader.checks('acme/web', pull.headOid, { limit: 100 })).items;
  const threads = (await reader.reviewThreads('acme/web', pull.number, { limit: 100 })).items;
  const asked: [what: string, tool: string, args: object, other: unknown][] = [
    ['the repository', 'get_repository', {}, theirs.repository()],
    [`${branches.length} branches`, 'list_branches', { limit: counts.list }, theirs.branches(branches)],
    [`a folder of ${entries.length}`, 'list_files', { path: 'src/checkout' }, theirs.folder(entries)],
    ['200 lines of a file', 'read_file', { path, ref: source }, theirs.file(path, source, text)],
    [
      `${pulls.length} pull requests`,
      'list_pull_requests',
      { limit: counts.list },
      pulls.map((one) => theirs.pullRequest(one)),
    ],
    ['one of them', 'get_pull_request', { number: 1 }, theirs.pullRequest(pull, theirs.sumsOfOne)],
    [`its diff, ${diffs.length} files`, 'get_pull_request_diff', { number: 1 }, theirs.diff(diffs)],
    [`its ${checks.length} checks`, 'get_checks', { number: 1 }, theirs.checks(checks)],
    [`its ${threads.length} threads`, 'list_review_threads', { number: 1 }, theirs.threads(threads)],
    [`${history.length} commits`, 'list_commits', { limit: counts.list }, theirs.commits(history)],
    [`code, ${found.length} files`, 'search_code', { query: 'warehouse' }, theirs.search(found)],
  ];
  const rows: Cell[][] = [];
  for (const [what, tool, args, other] of asked) {
    const pages = await ask(reader, tool, args);
    const many = pages.length === 1 ? '' : `, ${pages.length} pages`;
    rows.push(
      row(`${what} (\`${tool}\`${many})`, sizeOf(pages.map((page) => JSON.stringify(page)).join('')), sizeOf(other)),
    );
  }
  return rows;
}

/** Every page that holds what was asked for. */
async function ask(reader: ReturnType<ReturnType<typeof project>['repository']['reader']>, name: string, args: object) {
  const tool = repoRead.tools.find((each) => each.name === name);
  if (tool?.kind !== 'read') throw new Error(`There is no tool ${name}.`);
  const pages: Record<string, unknown>[] = [];
  let more: object = {};
  do {
    const input = tool.input.parse({ repository: 'acme/web', ...args, ...more });
    const page = (await tool.read(input, reader, () => true, [])) as Record<string, unknown>;
    pages.push(page);
    more = nextOf(page, pages.length, args);
  } while (Object.keys(more).length > 0);
  return pages;
}

/** What asks for the next page; nothing when all that was asked for is there. */
function nextOf(page: Record<string, unknown>, pages: number, args: object): object {
  const { next_cursor: cursor, truncated, end_line: last } = page;
  if (truncated === true) return { start_line: Number(last) + 1 };
  const items = Object.values(page).find((value) => Array.isArray(value)) ?? [];
  const enough = 'limit' in args && items.length * pages >= Number(args.limit);
  return typeof cursor === 'string' && !enough ? { cursor } : {};
}

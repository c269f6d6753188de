import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { repoRead } from '#capabilities/repo-read/capability.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { connect } from '#test/servers/github/connect.ts';
import { type RunningForge, startForge } from '#test/servers/github/start-forge.ts';
import type { Cell, Part } from './part.ts';
import { timed } from './statistics.ts';

const name = 'acme/storefront';
/** How much there is, and how much of it for a quick look. */
const amounts = { branches: 10_000, files: 5_000, bytes: 20_000_000 } as const;
const few = { branches: 300, files: 300, bytes: 300_000 } as const;

type Result = Record<string, unknown> & { readonly next_cursor?: string | null };

export const large: Part = {
  name: 'large',
  title: 'Large repositories and commits',
  about:
    `A repository on forge with ${amounts.branches} branches, a folder of ${amounts.files} files whose names have blanks and Unicode, ` +
    `and a commit of 100 such files with ${amounts.bytes / 1_000_000} MB together (a few hundred, and 0.3 MB, with one round). ` +
    '"Requests" are what the backend is asked, without those for tokens; "bytes" is the size of all answers to the agent.',
  measure: async ({ rounds }) => {
    const amount = rounds === 1 ? few : amounts;
    const forge = await startForge();
    try {
      fill(forge, amount);
      const { reader, openWriter } = connect(forge.url);
      const note = async (what: string, work: () => Promise<number>): Promise<Cell[]> => {
        const before = forge.requests().length;
        const [bytes, ms] = await timed(work);
        const requests = forge.requests().slice(before);
        return [what, requests.filter(({ path }) => !/installation|access_tokens/.test(path)).length, bytes, ms];
      };
      const rows = [
        await note('the first 50 branches', () => pages(reader, 'list_branches', {}, 1)),
        await note('one branch by its name', () => pages(reader, 'list_branches', { query: 'nr-299' }, 1)),
        await note('all branches', () => pages(reader, 'list_branches', { limit: 100 })),
        await note('the first page of the folder', () => pages(reader, 'list_files', { path: 'many' }, 1)),
        await note('the whole folder', () => pages(reader, 'list_files', { path: 'many' })),
        await note('a file in it', () => pages(reader, 'read_file', { path: pathOf(7) }, 1)),
        await note('100 files in a commit', () => commit({ reader, openWriter }, amount.bytes)),
      ];
      return [{ columns, rows }];
    } finally {
      await forge.close();
    }
  },
};

const columns = [{ name: 'what' }, { name: 'requests' }, { name: 'bytes' }, { name: 'ms' }];

const pathOf = (at: number): string => `many/größe und 大きさ ${at}.md`;

/** All answers of a tool together [bytes], as many pages as wanted. */
async function pages(reader: RepoReader, tool: string, args: object, most = Number.MAX_SAFE_INTEGER): Promise<number> {
  const found = repoRead.tools.find((each) => each.name === tool);
  if (found?.kind !== 'read') throw new Error(`There is no tool ${tool}.`);
  let bytes = 0;
  let cursor: string | null = null;
  for (let page = 0; page < most; page += 1) {
    const input = found.input.parse({ repository: name, ...args, ...(cursor !== null && { cursor }) });
    const result = (await found.read(input, reader, () => true, [])) as Result;
    bytes += Buffer.byteLength(JSON.stringify(result));
    cursor = result.next_cursor ?? null;
    if (cursor === null) break;
  }
  return bytes;
}

/** Writes a hundred files whose content is not text in one commit; answers how much that is [bytes]. */
async function commit(from: Pick<ReturnType<typeof connect>, 'reader' | 'openWriter'>, total: number): Promise<number> {
  const branch = 'agent/large';
  const repository = await from.reader.repository(name);
  const writer = await from.openWriter({ repositoryId: repository.id, repository: name });
  const additions = Array.from({ length: 100 }, (_, at) => ({ path: pathOf(at), bytes: randomBytes(total / 100) }));
  const expectedHead = (await from.reader.head(name, branch)) ?? '';
  const about = { repository, branch, expectedHead, headline: 'Large', body: '', deletions: [] };
  await writer.commit({ ...about, additions });
  return total;
}

function fill({ gitDir }: RunningForge, { branches, files }: { readonly branches: number; readonly files: number }) {
  const git = (input: string, ...args: string[]) => execFileSync('git', args, { cwd: gitDir, input, encoding: 'utf8' });
  const file = (at: number): string => `M 100644 inline "${pathOf(at)}"\ndata <<.\nfile ${at}\n.\n`;
  const all = Array.from({ length: files }, (_, at) => file(at)).join('');
  const from = 'from refs/heads/main^0\n';
  const head = `commit refs/heads/main\ncommitter a <a@example.com> 1700000000 +0000\ndata <<.\nx\n.\n${from}`;
  git(`${head}${all}`, 'fast-import', '--quiet');
  const at = git('', 'rev-parse', 'refs/heads/main').trim();
  const refs = Array.from({ length: branches }, (_, each) => `create refs/heads/team/nr-${each} ${at}\n`);
  git([...refs, `create refs/heads/agent/large ${at}\n`].join(''), 'update-ref', '--stdin');
  // As GitHub's are: listing ten thousand loose files would be what is measured.
  git('', 'pack-refs', '--all');
}

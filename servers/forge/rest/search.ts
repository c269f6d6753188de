import { requireInstallation, requirePermission, visibleByName } from '../access.ts';
import type { Forge } from '../forge.ts';
import { mustReadCommit } from '../git/commits.ts';
import { grep } from '../git/grep.ts';
import { readObject } from '../git/objects.ts';
import { readRef } from '../git/refs.ts';
import { findEntry } from '../git/trees.ts';
import { branchRef } from '../pulls.ts';
import { notImplemented, Refusal } from '../refusal.ts';
import { fullName, type Repository } from '../repositories.ts';
import { apiUrl, callerOf, pageOf, type Request, type Routes } from './kit.ts';
import { viewRepository } from './views.ts';

const invalid = (message: string): Refusal =>
  new Refusal('UNPROCESSABLE', message, [{ resource: 'Search', field: 'q', code: 'invalid', message }]);

type Query = { words: string[]; repo: string; folder: string; extension: string | undefined };

/** Words, phrases, and the qualifiers repo, path and extension, each once at most. */
function parseQuery(q: string): Query {
  if (q.trim() === '') throw invalid('None of the search qualifiers apply to this search type.');
  const words: string[] = [];
  const given = new Map<string, string>();
  for (const [whole, name, value, phrase] of q.matchAll(/(\w+):("[^"]*"|\S+)|"([^"]*)"|\S+/gu)) {
    if (name !== undefined && value !== undefined) given.set(name, value.replaceAll('"', ''));
    else if (phrase === undefined && /^(AND|OR|NOT)$|[()]/.test(whole)) throw notImplemented(`${whole} in a search`);
    else words.push((phrase ?? whole).trim());
  }
  const other = [...given.keys()].find((name) => !['repo', 'path', 'extension'].includes(name));
  if (other !== undefined) throw notImplemented(`the qualifier ${other} in a search`);
  if (words.join(' ').length > 256) throw invalid('The search is longer than 256 characters.');
  if (words.length === 0) throw invalid('The search contains only qualifiers.');
  const { repo, path: folder = '', extension } = Object.fromEntries(given) as Record<string, string | undefined>;
  if (repo === undefined) throw notImplemented('a search without a repository');
  return { words, repo, folder, extension };
}

async function search(forge: Forge, c: Request) {
  const token = requireInstallation(callerOf(c));
  const { words, repo, folder, extension } = parseQuery(c.req.query('q') ?? '');
  const [owner = '', name = ''] = repo.split('/');
  const repository = visibleByName(forge, token, owner, name);
  if (!repository) {
    throw invalid(
      'The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.',
    );
  }
  c.set('repository', fullName(repository));
  requirePermission(token, 'contents', 'read');
  const commit = await readRef(repository.git.dir, branchRef(repository.defaultBranch));
  if (commit === undefined) return { repository, commit: '', words, paths: [] };
  const found = await grep(forge.path, repository.git.dir, { commit, texts: words, folder });
  const paths = found.filter((path) => extension === undefined || path.endsWith(`.${extension}`));
  return { repository, commit, words, paths };
}

/** The first line that has one of the words, with the ones beside it. */
async function textMatch({ git }: Repository, oid: string, words: readonly string[]) {
  const lines = ((await readObject(git, oid))?.content.toString() ?? '').split('\n');
  const lower = words.map((word) => word.toLowerCase());
  const at = lines.findIndex((line) => lower.some((word) => line.toLowerCase().includes(word)));
  const fragment = lines.slice(Math.max(0, at - 1), at + 2).join('\n');
  const word = lower.find((each) => fragment.toLowerCase().includes(each)) ?? '';
  const start = fragment.toLowerCase().indexOf(word);
  const text = fragment.slice(start, start + word.length);
  return { fragment, matches: [{ text, indices: [start, start + word.length] }] };
}

/** Search of code: of one repository's default branch, always up to date. */
export function searchRoutes(forge: Forge, routes: Routes): void {
  routes.get('/search/code', async (c) => {
    const { repository, commit, words, paths } = await search(forge, c);
    const wantsText = c.req.header('accept')?.includes('text-match') ?? false;
    const tree = commit === '' ? '' : (await mustReadCommit(repository.git, commit)).tree;
    const view = async (path: string) => {
      const sha = (await findEntry(repository.git, tree, path))?.oid ?? '';
      const url = apiUrl(forge, `/repositories/${repository.id}/contents/${encodeURI(path)}?ref=${commit}`);
      const match = { object_url: url, object_type: 'FileContent', property: 'content' };
      return {
        ...{ name: path.split('/').at(-1), path, sha, url, score: 1 },
        html_url: `${forge.site.url}/${fullName(repository)}/blob/${commit}/${encodeURI(path)}`,
        repository: viewRepository(forge, repository),
        ...(wantsText && { text_matches: [{ ...match, ...(await textMatch(repository, sha, words)) }] }),
      };
    };
    const items = await Promise.all(pageOf(forge, c, paths).map(view));
    return c.json({ total_count: paths.length, incomplete_results: false, items });
  });
}

import * as z from 'zod';
import type { CodeSearch, RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Session } from './session.ts';

/** As many as GitHub gives in one answer. */
const most = 100;

const match = z.object({
  property: z.string(),
  fragment: z.string(),
  matches: z.array(z.object({ text: z.string() })),
});

const data = z.object({
  incomplete_results: z.boolean(),
  items: z.array(
    z.object({
      path: z.string(),
      url: z.string(),
      repository: z.object({ id: z.number().int() }),
      text_matches: z.array(match).default([]),
    }),
  ),
});

/** Code of the default branch, as GitHub has indexed it. What is of another repository is left out, whatever was asked. */
export async function readCodeSearch(
  session: Session,
  { words, folder, extension }: Parameters<RepoReader['searchCode']>[1],
): Promise<CodeSearch> {
  const q = [
    ...words.map(quoted),
    `repo:${session.owner}/${session.name}`,
    ...(folder === '' ? [] : [`path:${quoted(folder)}`]),
    ...(extension === undefined ? [] : [`extension:${extension}`]),
  ].join(' ');
  const { answer, repositoryId } = await session.search({ kind: 'code', query: { q, per_page: String(most) }, data });
  const own = answer.items.filter(({ repository }) => repository.id === repositoryId);
  return {
    items: own.map(({ path, url, text_matches: found }) => ({
      path,
      commit: commitIn(url),
      fragments: found
        .filter(({ property }) => property === 'content')
        .map(({ fragment, matches }) => ({ text: fragment, word: matches[0]?.text ?? '' })),
    })),
    incomplete: answer.incomplete_results,
  };
}

/** A phrase: in one, no word is a qualifier or an operator. Nothing in it may end it. */
function quoted(words: string): string {
  return `"${words.replaceAll(/["\\\p{Cc}]/gu, ' ')}"`;
}

/** The address of a file says of which commit it is. */
function commitIn(url: string): string | null {
  const ref = URL.parse(url)?.searchParams.get('ref') ?? '';
  return /^[0-9a-f]{40}$/.test(ref) ? ref : null;
}

import { runGit } from './command.ts';

/** The paths of a commit's text files that have every one of some texts, in any case. */
export async function grep(
  path: string,
  dir: string,
  wanted: { commit: string; texts: readonly string[]; folder: string },
): Promise<string[]> {
  const { commit, texts, folder } = wanted;
  const patterns = texts.flatMap((text) => ['-e', text]);
  const where = folder === '' ? [] : ['--', `:(literal)${folder}`];
  const args = ['grep', '-I', '-l', '-z', '-i', '-F', '--all-match', ...patterns, commit, ...where];
  const listed = (await runGit({ path, dir, args, accept: [0, 1] })).toString();
  return listed
    .split('\0')
    .filter(Boolean)
    .map((line) => line.slice(commit.length + 1));
}

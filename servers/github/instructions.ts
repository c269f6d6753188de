import { governedInstructions } from '#shared/server/instructions.ts';

const instructions = governedInstructions({
  what: 'Repositories on GitHub',
  writes: 'propose_pull_request, commit_files, update_pull_request',
  source: 'repositories',
});

/**
 * What a model is told of this server before it calls anything.
 * @param git how the URLs of repositories begin for git, and whether pushes are taken; null where git is not served
 */
export function instructionsFor(git: { readonly base: string; readonly pushes: boolean } | null): string {
  if (git === null) return instructions;
  const push = git.pushes ? ', and git push of a branch proposes its commits' : '';
  return `${instructions} With a shell, git clone and git fetch read whole repositories${push}: ${git.base}/OWNER/REPO.git`;
}

import { listed } from '#capabilities/common/listed.ts';
import { isProtected, steeredBy } from '#capabilities/repo/protected-names.ts';
import { foldLookalike } from '#shared/tools/fold.ts';
import type { Flag } from '#shared/tools/index.ts';

/** A kind of file that an approver should not overlook, and how it is told by its (folded) path. */
type Kind = { readonly code: Flag['code']; readonly says: string; readonly is: (folded: string) => boolean };

const kinds: readonly Kind[] = [
  { code: 'protected_path', says: 'Writes protected files', is: isProtected },
  {
    code: 'agent_configuration',
    says: 'Writes what configures agents',
    is: (path) =>
      steeredBy(path).has('agents') || /^\.github\/(?:agents|chatmodes|instructions|prompts|skills)\//u.test(path),
  },
  {
    code: 'workflow_file',
    says: 'Writes what CI runs',
    is: (path) =>
      steeredBy(path).has('ci') ||
      /^\.(?:github|gitea|forgejo)\/(?:workflows|actions)\//u.test(path) ||
      /^action\.ya?ml$/u.test(path),
  },
  {
    code: 'dependency',
    says: 'Writes what decides which packages are installed',
    is: (path) =>
      /(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|pnpm-workspace\.yaml|bun\.lockb?|deno\.(?:jsonc?|lock)|pyproject\.toml|(?:poetry|uv|pdm|pipfile|cargo|gemfile|composer|flake)\.lock|pipfile|setup\.(?:py|cfg)|cargo\.toml|go\.(?:mod|sum|work)|gemfile|composer\.json|pom\.xml|build\.gradle(?:\.kts)?|packages\.config|packages\.lock\.json|directory\.packages\.props|mix\.(?:exs|lock)|pubspec\.(?:yaml|lock)|\.yarnrc(?:\.yml)?|\.npmrc)$/u.test(
        path,
      ) ||
      /(?:^|\/)(?:requirements|constraints)[^/]*\.txt$/u.test(path) ||
      /\.(?:cs|fs|vb)proj$/u.test(path) ||
      /\.gemspec$/u.test(path),
  },
];

/** One flag for each kind that some of the paths are of. */
export function kindFlags(paths: readonly string[]): readonly Flag[] {
  return kinds.flatMap(({ code, says, is }) => {
    const found = paths.filter((path) => is(path.split('/').map(foldLookalike).join('/')));
    return found.length === 0 ? [] : [{ code, message: `${says}: ${listed(found)}.` }];
  });
}

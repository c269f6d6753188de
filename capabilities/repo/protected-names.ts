import { foldCase, foldLookalike } from '#shared/tools/fold.ts';
import { literalPrefix } from '#shared/tools/glob.ts';

/** What a protected file steers, as far as an approver is told apart from its being protected. */
export type Steers = 'agents' | 'ci' | 'tools';

/**
 * Names that would give an agent more power later: they steer git, CI, reviews, editors, package managers or agents.
 * They count in any folder, because most of these programs look for them in any folder. `*` is any run of characters.
 */
const protectedNames: Readonly<Record<Steers, readonly string[]>> = {
  agents: [
    ...['agents.md', 'agents.*.md', 'claude.md', 'claude.*.md', 'gemini.md', 'gemini.*.md', 'qwen.md', 'skill.md'],
    ...['copilot-instructions.md', '.mcp.json', '.agents', '.claude*', '.codex*', '.gemini*', '.openclaw*', '.aider*'],
    ...['.cursor*', '.windsurf*', '.cline*', '.roo', '.roorules*', '.roomodes', '.continue*', '.kiro', '.junie'],
    ...['.opencode', 'opencode.json', 'opencode.jsonc', '.goosehints', '.amazonq', '.augment*'],
  ],
  ci: [
    ...['.gitlab-ci*', 'jenkinsfile*', 'azure-pipelines*', 'bitbucket-pipelines.yml', '.travis.yml', '.drone.yml'],
    ...['.circleci', '.buildkite', '.woodpecker*', '.cirrus.yml', '.semaphore', '.teamcity', 'appveyor.yml'],
    ...['.appveyor.yml', 'cloudbuild.yaml', 'buildspec.yml'],
  ],
  tools: [
    ...['.github', 'codeowners', '.forgejo', '.git*'],
    ...['.vscode', '.devcontainer*', '.idea', '.zed', '.fleet', '.envrc', '.mise*', 'mise.toml'],
    ...['.npmrc', '.yarn', '.yarnrc*', '.pnpmfile*', '.pnp.*', '.cargo', '.bundle', '.mvn', '.pypirc'],
    ...['.husky', '.pre-commit-config*', '.pre-commit-hooks*', 'lefthook.yml', 'lefthook.yaml', '.lefthook*'],
    ...['renovate.json', 'renovate.json5', '.renovaterc*'],
  ],
};

type Known = {
  readonly steers: Steers;
  /** The name, or what it begins with. */
  readonly start: string;
  /** What it ends with, after a run of any characters; null where there is no such run. */
  readonly end: string | null;
  /** What the name that Windows makes of it begins with. */
  readonly short: string;
};

const known: readonly Known[] = (['agents', 'ci', 'tools'] as const).flatMap((steers) =>
  protectedNames[steers].map((name): Known => {
    const [start = '', end = null] = name.split('*');
    return { steers, start, end, short: shortened(end === null ? name.replace(/(?<=.)\.[^.]*$/u, '') : start) };
  }),
);
const exact: ReadonlyMap<string, Known> = new Map(
  known.filter(({ end }) => end === null).map((each) => [each.start, each]),
);
const wild = known.filter(({ end }) => end !== null);

/** The first part of the short name that NTFS gives to what does not fit into eight characters and three. */
function shortened(name: string): string {
  return name.replaceAll('.', '').slice(0, 6);
}

type Protected = { readonly steers: Steers; readonly name: string };

/** The protected name that a segment is, or could be taken for; null when it is none. */
function protectedName(segment: string): Protected | null {
  const folded = foldLookalike(segment);
  const found =
    exact.get(folded) ??
    wild.find(
      ({ start, end }) =>
        end !== null && folded.length >= start.length + end.length && folded.startsWith(start) && folded.endsWith(end),
    );
  if (found !== undefined) return { steers: found.steers, name: found.start };
  const [, short] = /^(.{1,6})~\d/u.exec(folded) ?? [];
  if (short === undefined) return null;
  const taken = known.find((each) => (each.end === null ? short === each.short : short.startsWith(each.short)));
  return taken === undefined ? null : { steers: taken.steers, name: folded };
}

/** Whether a path has a segment that is denied unless a scope names it. */
export function isProtected(path: string): boolean {
  return path.split('/').some((segment) => protectedName(segment) !== null);
}

/** What the protected segments of a path steer. */
export function steeredBy(path: string): ReadonlySet<Steers> {
  return new Set(path.split('/').flatMap((segment) => protectedName(segment)?.steers ?? []));
}

/**
 * Whether a glob names every protected segment of a path that it matches: it must have a segment that begins, before
 * any wildcard, with that name. A mere `**` names nothing.
 */
export function namesProtected(pattern: string, path: string): boolean {
  const prefixes = pattern.split('/').map((segment) => foldCase(literalPrefix(segment)));
  return path.split('/').every((segment) => {
    const found = protectedName(segment);
    return found === null || prefixes.some((prefix) => prefix.startsWith(found.name));
  });
}

import { describe, expect, test } from 'vitest';
import { mayLookInto, mayRead, mayWrite, type PathRules, pathRules } from '#capabilities/repo/path-rules.ts';

const everything: PathRules = { allow: ['**'] };

describe('default denials', () => {
  const names = [
    '.gitignore',
    '.gitattributes',
    '.gitmodules',
    'sub/.gitignore',
    '.github/workflows/ci.yml',
    '.github/CODEOWNERS',
    'CODEOWNERS',
    'docs/CODEOWNERS',
    'AGENTS.md',
    'pkg/agents.MD',
    'CLAUDE.md',
    'deep/down/CLAUDE.md',
    '.claude/settings.json',
    'x/.claude/settings.json',
    '.mcp.json',
    '.vscode/tasks.json',
    '.devcontainer/devcontainer.json',
    '.devcontainer.json',
    '.npmrc',
    'packages/a/.npmrc',
    ...[
      'GEMINI.md',
      'CLAUDE.local.md',
      'docs/AGENTS.override.md',
      '.github/copilot-instructions.md',
      '.aider.conf.yml',
    ],
    ...['.cursorrules', '.cursor/rules/a.mdc', '.codex/config.toml', '.gemini/settings.json', '.openclaw/a.json'],
    ...['.windsurfrules', '.clinerules', '.clinerules/a.md', '.claude.json', '.agents/skills/a/SKILL.md'],
    ...['.husky/pre-commit', '.yarn/releases/yarn.cjs', '.yarnrc.yml', '.yarnrc', '.pnpmfile.cjs', '.pnp.cjs'],
    ...['.pre-commit-config.yaml', '.envrc', 'app/.envrc', '.idea/workspace.xml', '.zed/tasks.json'],
    ...['.circleci/config.yml', '.gitlab-ci.yml', 'Jenkinsfile', 'ci/Jenkinsfile.release', 'azure-pipelines.yml'],
    ...['.buildkite/pipeline.yml', '.travis.yml', '.cargo/config.toml'],
  ];
  const lookalikes = [
    '.GitHub/workflows/ci.yml',
    '.g\u200dithub/workflows/ci.yml',
    '.GITHUB./workflows/ci.yml',
    'github~1/workflows/ci.yml',
    'GITIGN~1',
    '.claude /settings.json',
    'COPILO~1.MD',
    'JENKIN~1',
    'GITLAB~1.YML',
    'AGENTS~1.MD',
    'CURSOR~1/rules',
    'MCP~1.JSO',
    'CLAUDE.md:stream',
    'CLAUDE~1/settings.json',
    'ＡＧＥＮＴＳ.md',
    'AGENT\u017f.md',
    'CODEOWNER\u017f',
    '.npm\u00adrc',
    '.\u0475scode\u200b/x'.replace('\u0475', 'v'),
  ];

  test.each([...names, ...lookalikes])('%j may be written neither without rules nor under "**"', (path) => {
    expect(mayWrite(undefined, path)).toBe(false);
    expect(mayWrite(everything, path)).toBe(false);
    expect(mayWrite({ allow: ['*', '*/**', '**/*', '.*', '.*/**'] }, path)).toBe(false);
  });

  test.each(names)('%j may be read', (path) => {
    expect(mayRead(undefined, path)).toBe(true);
  });

  const granted: readonly (readonly [pattern: string, path: string])[] = [
    ['.github/**', '.github/workflows/ci.yml'],
    ['.GitHub/workflows/*.yml', '.github/workflows/ci.yml'],
    ['.github/CODEOWNERS', '.github/CODEOWNERS'],
    ['**/CODEOWNERS', 'docs/CODEOWNERS'],
    ['AGENTS.md', 'AGENTS.md'],
    ['packages/*/.npmrc', 'packages/a/.npmrc'],
    ['.gitignore', '.gitignore'],
    ['.git*', '.gitattributes'],
    ['.claude/**', '.claude/settings.json'],
    ['CLAUDE.*', 'CLAUDE.local.md'],
    ['**/AGENTS.override.md', 'docs/AGENTS.override.md'],
    ['.cursor/**', '.cursor/rules/a.mdc'],
    ['.gitlab-ci.yml', '.gitlab-ci.yml'],
    ['Jenkinsfile', 'Jenkinsfile'],
    ['.yarn/**', '.yarn/releases/yarn.cjs'],
  ];

  const ordinary = [
    'src/agents.ts',
    'src/claude.py',
    'gemini.test.ts',
    'docs/agents-and-people.md',
    'zed/a',
    'yarn.lock',
  ];
  test.each(ordinary)('%j is a file as any other', (path) => {
    expect(mayWrite(undefined, path)).toBe(true);
  });
  test.each(granted)('%j grants %j by name', (pattern, path) => {
    expect(mayWrite({ allow: [pattern] }, path)).toBe(true);
    expect(mayWrite({ allow: ['**', pattern] }, path)).toBe(true);
    expect(mayWrite({ allow: [pattern], deny: [path] }, path)).toBe(false);
  });

  const notGranted: readonly (readonly [pattern: string, path: string])[] = [
    ['.github/**', '.github/CODEOWNERS'],
    ['.claude/**', '.claude/CLAUDE.md'],
    ['.git*', '.github/workflows/ci.yml'],
    ['docs/**', 'docs/CODEOWNERS'],
    ['**/*.md', 'AGENTS.md'],
    ['.github/**', '.g\u200dithub/workflows/ci.yml'],
    ['.gitignore', '.gitignore.'],
    ['A*.md', 'AGENTS.md'],
    ['**/AGENTS*', 'docs/AGENTS.override.md'],
    ['CLAUDE*', 'CLAUDE.local.md'],
    ['.c*/**', '.cursor/rules/a.mdc'],
    ['.git*', '.gitlab-ci.yml'],
  ];
  test.each(notGranted)('%j does not grant %j', (pattern, path) => {
    expect(mayWrite({ allow: [pattern] }, path)).toBe(false);
  });
});

describe('allow and deny', () => {
  const cases: readonly (readonly [rules: PathRules | undefined, path: string, may: boolean])[] = [
    [undefined, 'src/a.ts', true],
    [{}, 'src/a.ts', true],
    [{ allow: ['src/**'] }, 'src/deep/a.ts', true],
    [{ allow: ['src/**'] }, 'SRC/A.ts', true],
    [{ allow: ['src/**'] }, 'other/a.ts', false],
    [{ allow: ['src/**'] }, 'src', false],
    [{ allow: ['src/*.ts'] }, 'src/deep/a.ts', false],
    [{ allow: ['src/*.ts'] }, 'src/.hidden.ts', true],
    [{ allow: ['app/[id]/page.tsx'] }, 'app/[id]/page.tsx', true],
    [{ allow: ['app/[id]/page.tsx'] }, 'app/i/page.tsx', false],
    [{ allow: ['a{b,c}'] }, 'ab', false],
    [{ allow: ['a{b,c}'] }, 'a{b,c}', true],
    [{ allow: ['@(a|b)'] }, 'a', false],
    [{ allow: ['!x'] }, 'y', false],
    [{ allow: ['a+'] }, 'aa', false],
    [{ allow: ['a.b'] }, 'axb', false],
    [{ allow: ['caf\u00e9/**'] }, 'cafe\u0301/a', true],
    [{ allow: ['stra\u00dfe'] }, 'STRASSE', true],
    // Folding must not make one segment two, nor a name of what merely resembles it.
    [{ allow: ['src/**'] }, 'src\uff0fevil', false],
    [{ allow: ['src/**'] }, '\uff53rc/a', false],
    [{ allow: ['src/**'] }, 's\u200brc/a', false],
    [{ allow: ['**'], deny: ['secret/**'] }, 'secret/a', false],
    [{ allow: ['**'], deny: ['secret/**'] }, 'SECRET/a', false],
    [{ allow: ['**'], deny: ['secret/**'] }, 's\u200becret/a', false],
    [{ allow: ['**'], deny: ['secret/**'] }, '\uff53ecret/a', false],
    [{ deny: ['*.pem'] }, 'key.pem.', false],
    [{ deny: ['*.pem'] }, 'sub/key.pem', true],
    [{ allow: ['secret/a'], deny: ['secret/**'] }, 'secret/a', false],
  ];
  test.each(cases)('%j and %j: %j', (rules, path, may) => {
    expect(mayRead(rules, path)).toBe(may);
    expect(mayWrite(rules, path)).toBe(may);
  });

  const folders: readonly (readonly [rules: PathRules | undefined, folder: string, may: boolean])[] = [
    [undefined, 'src', true],
    [{ allow: ['src/app/*.ts'] }, '', true],
    [{ allow: ['src/app/*.ts'] }, 'src', true],
    [{ allow: ['src/app/*.ts'] }, 'src/app', true],
    [{ allow: ['src/app/*.ts'] }, 'src/app/x', false],
    [{ allow: ['src/app/*.ts'] }, 'other', false],
    [{ allow: ['**/*.ts'] }, 'any/where', true],
    [{ allow: ['README.md'] }, 'README.md', false],
    [{ deny: ['secret/**'] }, 'secret', false],
    [{ deny: ['secret/**'] }, 'secret/deeper', false],
    [{ deny: ['secret/**'] }, 'SECRE\u200bT', false],
    [{ deny: ['secret/*.pem'] }, 'secret', true],
    [{ deny: ['secret'] }, 'secret', false],
    [{ deny: ['**'] }, 'src', false],
  ];
  test.each(folders)('%j and the folder %j: %j', (rules, folder, may) => {
    expect(mayLookInto(rules, folder)).toBe(may);
  });

  const bad = ['', '/src', 'src/', 'a\\b', 'a//b', './a', '../a', 'a**b', 'a/**b'];
  test.each(bad)('%j is no glob', (pattern) => {
    expect(pathRules.safeParse({ allow: [pattern] }).success).toBe(false);
  });

  test('unknown keys and empty lists are errors', () => {
    expect(pathRules.safeParse({ alow: ['a'] }).success).toBe(false);
    expect(pathRules.safeParse({ allow: [] }).success).toBe(false);
  });
});

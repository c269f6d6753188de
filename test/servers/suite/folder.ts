import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { madeOnce } from '#test/fakes/environment.ts';

/** A folder of the test's own, 0700. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'suite-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const servers = ['forge', 'github', 'tickets', 'knowledge', 'approvals'];

/** A data directory in which these servers find the code that others compiled, which is most of what a start takes. */
export function warmData(parent = folder(), warm = servers): string {
  const data = join(parent, 'data');
  const compiled = join(madeOnce(), 'compiled');
  for (const path of [join(data, 'cache'), compiled]) mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const server of warm) symlinkSync(compiled, join(data, 'cache', server));
  return data;
}

/** A configuration whose one agent is granted nothing but pull requests: pages are not served, which saves a process. */
export function smallConfig(): string {
  const config = join(folder(), 'countersign.yaml');
  writeFileSync(join(config, '../small.yaml'), small);
  writeFileSync(config, 'blueprints: small.yaml\n');
  return config;
}

const small = `blueprint: small
goal: Propose pull requests.
agent: demo-agent
sponsor: operator
callers: [{ listener: 127.0.0.1 }]
capabilities:
  repo-write:
    { repositories: [acme/storefront], base: [main], branches: ["agent/*"], max_files: 5, max_bytes: 1MiB }
`;

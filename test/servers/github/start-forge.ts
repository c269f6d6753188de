import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { arrangementPath } from '#servers/forge/arrangement.ts';
import { outcomesPath } from '#servers/forge/ci.ts';
import { reviewsPath } from '#servers/forge/reviews.ts';
import { basics } from '#test/fakes/environment.ts';
import { keys } from './connect.ts';

/** One line of forge's request log. */
export type Logged = {
  readonly method: string;
  readonly path: string;
  readonly fields?: string[];
  readonly status: number;
};

/** A forge in a process of its own, on data of its own. */
export type RunningForge = {
  readonly url: string;
  /** The bare repository, for git itself. */
  readonly gitDir: string;
  readonly allowedSigners: string;
  readonly requests: () => Logged[];
  /** What CI says of commits from now on; see forge's own reading of it. */
  readonly ci: (outcomes: readonly object[]) => void;
  /** What people have said of pull requests from now on; see forge's own reading of it. */
  readonly reviews: (reviews: readonly object[]) => void;
  /** What owners of repositories set otherwise from now on; see its arrangement. */
  readonly arrange: (arrangement: object) => void;
  /** What forge does wrong from now on; see its faults. */
  readonly faults: (faults: readonly object[]) => void;
  readonly close: () => Promise<void>;
};

/** `fixtures`: what forge has beside the demo; see its own reading of it. */
export async function startForge(fixtures: object = {}): Promise<RunningForge> {
  const folder = mkdtempSync(join(tmpdir(), 'github-contract-'));
  const publicKey = join(folder, 'app.pub');
  const faultsFile = join(folder, 'faults.json');
  writeFileSync(publicKey, keys.publicKey);
  const fixturesFile = join(folder, 'fixtures.json');
  writeFileSync(fixturesFile, JSON.stringify(fixtures));
  const main = fileURLToPath(import.meta.resolve('#servers/forge/main.ts'));
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...basics(),
      COUNTERSIGN_DATA: folder,
      COUNTERSIGN_FORGE_PORT: '0',
      COUNTERSIGN_FORGE_APP_PUBLIC_KEY: publicKey,
      COUNTERSIGN_FORGE_FAULTS: faultsFile,
      COUNTERSIGN_FORGE_FIXTURES: fixturesFile,
    },
  });
  const exited = once(child, 'exit');
  const ready = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const [line] = await Promise.race([ready, exited.then(() => Promise.reject(new Error('forge did not start')))]);
  const data = join(folder, 'forge');
  return {
    url: (JSON.parse(line) as { url: string }).url,
    gitDir: join(data, 'acme', 'storefront.git'),
    allowedSigners: join(data, 'allowed_signers'),
    requests: () =>
      readFileSync(join(data, 'requests.jsonl'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((each) => JSON.parse(each) as Logged),
    ci: (outcomes) => writeFileSync(outcomesPath(data), JSON.stringify(outcomes)),
    reviews: (reviews) => {
      writeFileSync(`${reviewsPath(data)}.new`, JSON.stringify(reviews));
      renameSync(`${reviewsPath(data)}.new`, reviewsPath(data));
    },
    arrange: (arrangement) => writeFileSync(arrangementPath(data), JSON.stringify(arrangement)),
    faults: (faults) => writeFileSync(faultsFile, JSON.stringify(faults)),
    close: async () => {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

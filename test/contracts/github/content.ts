import type { RepoReader, Repository } from '#capabilities/repo-read/ports.ts';
import type { FileMode, RepoWriter } from '#capabilities/repo-write/ports.ts';

/** The one folder that the tests use beside new files of their own. */
export const folder = 'contract';

/** Long enough to be found again where it was moved to. */
const code = Array.from({ length: 40 }, (_, line) => `export const value${line} = ${line * line};`).join('\n');

/** What stands in the folder, by its path. */
export const content: Readonly<Record<string, { readonly mode: FileMode; readonly bytes: Uint8Array }>> = {
  [`${folder}/README.md`]: { mode: '100644', bytes: Buffer.from('# Contract\n\nLines\nto look at.\n') },
  [`${folder}/run.sh`]: { mode: '100755', bytes: Buffer.from('#!/bin/sh\necho run\n') },
  [`${folder}/link.md`]: { mode: '120000', bytes: Buffer.from('README.md') },
  [`${folder}/返品 one.md`]: { mode: '100644', bytes: Buffer.from('返品\r\n') },
  [`${folder}/all.bin`]: { mode: '100644', bytes: Uint8Array.from({ length: 256 }, (_, i) => i) },
  [`${folder}/src/code.ts`]: { mode: '100644', bytes: Buffer.from(`${code}\n`) },
};

/** Makes the branch `PREFIX/base`: the head of the default branch, and two commits with the content. */
export async function start({
  reader,
  write,
  repository,
  prefix,
}: {
  readonly reader: RepoReader;
  readonly write: RepoWriter;
  readonly repository: Repository;
  readonly prefix: string;
}): Promise<{ name: string; oid: string }> {
  const tip = await reader.head(repository.name, repository.defaultBranch);
  if (tip === null) throw new Error(`${repository.name} has no commit: give it a README.md`);
  const name = `${prefix}/base`;
  const [readme = '', ...others] = Object.keys(content);
  const entriesOf = (paths: readonly string[]) => paths.map((path) => ({ path, ...entryOf(path) }));
  const built = { repository, entries: entriesOf([readme]), message: 'Begin\n\nOf the contract.' };
  const first = await write.buildCommit({ ...built, parent: tip, baseTree: null });
  const rest = { repository, entries: entriesOf(others), message: 'Go on' };
  const second = await write.buildCommit({ ...rest, parent: first.oid, baseTree: first.tree });
  await write.moveBranch({ repository, branch: name, from: null, to: second.oid });
  return { name, oid: second.oid };
}

function entryOf(path: string) {
  const entry = content[path];
  if (entry === undefined) throw new TypeError(`there is no ${path}`);
  return entry;
}

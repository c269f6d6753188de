import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NewRepository } from '../config.ts';
import { syncDirectory } from '../durable.ts';
import { makeCommit } from '../git/commits.ts';
import { makeObject, type NewObject, openStore, writeObjects } from '../git/objects.ts';
import { updateRefs } from '../git/refs.ts';
import { makeTree, modes, type TreeEntry } from '../git/trees.ts';
import { repositoryDir } from '../repositories.ts';
import type { Db } from '../store.ts';
import { billing } from './billing.ts';
import type { SeedCommit, SeedFile, SeedRepository } from './history.ts';
import { organization, people, permissions } from './people.ts';
import { storefront } from './storefront/commits.ts';

const installationId = 50_000_001;
const createdAt = '2026-02-01T08:00:00Z';

/**
 * Fills an empty forge with the demo organisation, once. What a crash in the middle left is made again: the mark that
 * it is done is in the same transaction as all of its rows, after the repositories are on disk.
 */
export async function seed({
  db,
  dataDir,
  others = [],
}: {
  db: Db;
  dataDir: string;
  others?: readonly NewRepository[] | undefined;
}): Promise<void> {
  if (db.prepare("select 1 from mark where name = 'seeded'").get() !== undefined) {
    db.transaction(() => addOperator(db))();
    return;
  }
  const repositories = [storefront, billing, ...others.map(newRepository)];
  await Promise.all(repositories.map((repository) => buildRepository(dataDir, repository)));
  db.transaction(() => insertRows(db, repositories))();
}

function insertRows(db: Db, repositories: readonly SeedRepository[]): void {
  const account = db.prepare('insert into account values (@id, @login, @type, @name, @email)');
  for (const each of [organization, ...Object.values(people)]) account.run(each);
  db.prepare('insert into installation values (?, ?, ?)').run(installationId, organization.login, createdAt);
  const repository = db.prepare('insert into repository values (?, ?, ?, ?, ?, ?, 0)');
  const collaborator = db.prepare('insert into collaborator values (?, ?, ?)');
  for (const { id, name, description } of repositories) {
    repository.run(id, organization.login, name, description, 'main', createdAt);
    for (const [login, role] of Object.entries(permissions[name] ?? {})) collaborator.run(id, login, role);
  }
  db.prepare("insert into mark values ('seeded', '1')").run();
}

/** What was filled before the demo's sponsor was among its people gets them, once. */
function addOperator(db: Db): void {
  if (db.prepare("select 1 from account where login = 'operator'").get() !== undefined) return;
  db.prepare('insert into account values (@id, @login, @type, @name, @email)').run(people.operator);
  const role = permissions[storefront.name]?.operator;
  db.prepare('insert into collaborator values (?, ?, ?)').run(storefront.id, people.operator.login, role);
}

async function buildRepository(dataDir: string, repository: SeedRepository): Promise<void> {
  const target = repositoryDir(dataDir, organization.login, repository.name);
  const building = `${target}.building`;
  await rm(target, { recursive: true, force: true });
  await rm(building, { recursive: true, force: true });
  await mkdir(join(building, 'objects'), { recursive: true, mode: 0o700 });
  await mkdir(join(building, 'refs', 'heads'), { recursive: true });
  await writeFile(join(building, 'HEAD'), 'ref: refs/heads/main\n');
  await writeFile(
    join(building, 'config'),
    '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n',
  );
  const { head, objects } = buildHistory(repository.commits);
  await writeObjects(openStore(building), objects);
  await updateRefs(building, [{ name: 'refs/heads/main', after: head }]);
  await rename(building, target);
  syncDirectory(dirname(target));
}

function newRepository({ name, description }: NewRepository, index: number): SeedRepository {
  const files = { 'README.md': `# ${name}\n\n${description}\n` };
  return {
    id: 9101 + index,
    name,
    description,
    commits: [{ by: 'alice', at: '2026-02-01T08:00:00+00:00', message: 'Start\n', files }],
  };
}

type Files = Map<string, { oid: string; mode: number }>;

function buildHistory(commits: readonly SeedCommit[]): { head: string; objects: NewObject[] } {
  const objects: NewObject[] = [];
  const files: Files = new Map();
  let head = '';
  for (const commit of commits) {
    for (const [path, file] of Object.entries(commit.files)) putFile(files, objects, path, file);
    const tree = buildTree(files, objects);
    const made = makeCommit({
      tree,
      parents: head === '' ? [] : [head],
      ...signature(commit),
      message: commit.message,
    });
    objects.push(made);
    head = made.oid;
  }
  return { head, objects };
}

function putFile(files: Files, objects: NewObject[], path: string, file: SeedFile): void {
  if (file === null) {
    files.delete(path);
    return;
  }
  const { content, mode } = contentOf(file);
  const blob = makeObject('blob', Buffer.from(content));
  objects.push(blob);
  files.set(path, { oid: blob.oid, mode });
}

function contentOf(file: Exclude<SeedFile, null>): { content: string | Buffer; mode: number } {
  if (typeof file === 'string' || Buffer.isBuffer(file)) return { content: file, mode: modes.file };
  if ('symlink' in file) return { content: file.symlink, mode: modes.symlink };
  return { content: file.executable, mode: modes.executable };
}

function buildTree(files: Files, objects: NewObject[]): string {
  const entries = new Map<string, TreeEntry>();
  const folders = new Map<string, Files>();
  for (const [path, { oid, mode }] of files) {
    const cut = path.indexOf('/');
    if (cut < 0) entries.set(path, { name: path, raw: Buffer.from(path), mode, oid });
    else {
      const name = path.slice(0, cut);
      folders.set(name, (folders.get(name) ?? new Map()).set(path.slice(cut + 1), { oid, mode }));
    }
  }
  for (const [name, inner] of folders) {
    entries.set(name, { name, raw: Buffer.from(name), mode: modes.folder, oid: buildTree(inner, objects) });
  }
  const tree = makeTree([...entries.values()]);
  objects.push(tree);
  return tree.oid;
}

function signature(commit: SeedCommit) {
  const { name, email } = people[commit.by];
  const person = { name, email, seconds: Date.parse(commit.at) / 1000, offset: commit.at.slice(-6).replace(':', '') };
  return { author: person, committer: person };
}

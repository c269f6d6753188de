import { once } from 'node:events';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { requireInstallation, requirePermission, visibleByName } from './access.ts';
import type { Forge } from './forge.ts';
import { spawnGit } from './git/command.ts';
import { Refusal } from './refusal.ts';
import { fullName, type Repository } from './repositories.ts';
import { callerOf, notFound, parameter, type Request, type Routes } from './rest/kit.ts';

const noCache = { 'cache-control': 'no-cache, max-age=0, must-revalidate' };

function repositoryToRead(forge: Forge, c: Request): Repository {
  const token = requireInstallation(callerOf(c));
  const [, name = ''] = /^(.+)\.git$/.exec(parameter(c, 'repo')) ?? [];
  const repository = visibleByName(forge, token, parameter(c, 'owner'), name);
  if (!repository) throw notFound();
  c.set('repository', fullName(repository));
  requirePermission(token, 'contents', 'read');
  return repository;
}

function uploadPack(forge: Forge, c: Request, repository: Repository, advertise: boolean) {
  const protocol = c.req.header('git-protocol');
  const env: Record<string, string> = protocol === 'version=2' ? { GIT_PROTOCOL: protocol } : {};
  const args = [
    'upload-pack',
    '--strict',
    '--stateless-rpc',
    ...(advertise ? ['--advertise-refs'] : []),
    repository.git.dir,
  ];
  const child = spawnGit({ path: forge.path, args, env });
  child.stderr.resume();
  child.on('error', (error) => process.stderr.write(`forge: git upload-pack: ${error.message}\n`));
  c.env.outgoing.once('close', () => child.kill());
  return child;
}

/** Fetching over smart HTTP. Pushing is refused: on forge only the API writes. */
export function gitHttpRoutes(forge: Forge, routes: Routes): void {
  routes.get('/:owner/:repo/info/refs', async (c) => {
    if (c.req.query('service') !== 'git-upload-pack') throw refusePush();
    const child = uploadPack(forge, c, repositoryToRead(forge, c), true);
    child.stdin.end();
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`git upload-pack ended with ${code}`);
    const greeting = Buffer.from('001e# service=git-upload-pack\n0000');
    return new Response(new Uint8Array(Buffer.concat([greeting, ...chunks])), {
      headers: { ...noCache, 'content-type': 'application/x-git-upload-pack-advertisement' },
    });
  });
  routes.post('/:owner/:repo/git-upload-pack', async (c) => {
    const child = uploadPack(forge, c, repositoryToRead(forge, c), false);
    const body = Readable.from([Buffer.from(await c.req.arrayBuffer())]);
    const plain = c.req.header('content-encoding') === 'gzip' ? body.pipe(createGunzip()) : body;
    plain.on('error', () => child.kill());
    child.stdin.on('error', () => child.kill());
    plain.pipe(child.stdin);
    return new Response(Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>, {
      headers: { ...noCache, 'content-type': 'application/x-git-upload-pack-result' },
    });
  });
  routes.post('/:owner/:repo/git-receive-pack', () => {
    throw refusePush();
  });
}

const refusePush = (): Refusal =>
  new Refusal('FORBIDDEN', 'forge cannot be pushed to: branches and commits are made through its API');

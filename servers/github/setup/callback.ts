import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sameSecret } from '#shared/crypto/equal.ts';
import { AppError } from '#shared/errors.ts';
import { formPage, messagePage, pageHeaders } from './page.ts';

/** The page that waits on loopback for a person, and for the code that GitHub leads them back with. */
export type Waiting = {
  /** What the person opens. */
  readonly url: string;
  /** Resolves with the code, once; rejects with AppError `expired` when nobody came in time. */
  readonly code: Promise<string>;
  /** Tells the person how it ended, where they still wait for the answer, and stops listening. */
  readonly close: (message: string) => Promise<void>;
};

type Options = {
  /** The page of GitHub and the manifest for it, once it is known where this one listens. */
  readonly goTo: (at: { readonly redirectUrl: string; readonly state: string }) => {
    readonly page: string;
    readonly manifest: object;
  };
  readonly timeoutMs: number;
};

/**
 * Listens on loopback, at a port that the system chooses. The page is at an address that only this terminal shows: whoever
 * else of the machine had its `state` could have us keep the key of an App of theirs. Whoever comes back without it is
 * turned away.
 */
export async function waitForCode({ goTo, timeoutMs }: Options): Promise<Waiting> {
  const [state, start] = [randomBytes(32).toString('base64url'), `/${randomBytes(32).toString('base64url')}`];
  const arrived = Promise.withResolvers<string>();
  // Who gives up first is told so, and nobody else waits for it.
  arrived.promise.catch(() => {});
  const open: ServerResponse[] = [];
  const server = createServer((request, response) => {
    const reply = replyTo(request, { host, start, state, isUsed: open.length > 0 });
    if ('code' in reply) {
      open.push(response);
      arrived.resolve(reply.code);
    } else if ('form' in reply) {
      response.writeHead(200, pageHeaders(new URL(page).origin)).end(formPage(page, manifest));
    } else response.writeHead(reply.status, pageHeaders()).end(messagePage(reply.says));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { page, manifest } = goTo({ redirectUrl: `http://${host}/made`, state });
  const timer = setTimeout(() => {
    arrived.reject(new AppError('expired', 'Nobody made the App in time.', { next: 'Run the command again.' }));
  }, timeoutMs);
  const close = async (message: string): Promise<void> => {
    clearTimeout(timer);
    await Promise.all(open.map((response) => sayLast(response, message)));
    server.closeAllConnections();
    await new Promise<void>((done) => server.close(() => done()));
  };
  return { url: `http://${host}${start}`, code: arrived.promise, close };
}

type Reply = { readonly form: true } | { readonly code: string } | { readonly status: number; readonly says: string };

function replyTo(
  { headers, method, url: path }: IncomingMessage,
  { host, start, state, isUsed }: Readonly<{ host: string; start: string; state: string; isUsed: boolean }>,
): Reply {
  // A page elsewhere could otherwise reach this one under a name of its own.
  if (headers.host !== host || method !== 'GET') return { status: 403, says: 'This is not served here.' };
  const url = URL.parse(path ?? '/', `http://${host}`);
  if (url && sameSecret(url.pathname, start)) return { form: true };
  if (url?.pathname !== '/made') return { status: 404, says: 'There is no such page.' };
  const wrong = { status: 400, says: 'This does not come from the page that was opened.' };
  if (!sameSecret(url.searchParams.get('state') ?? '', state)) return wrong;
  if (isUsed) return { status: 409, says: 'This was used already.' };
  const code = url.searchParams.get('code') ?? '';
  return /^[A-Za-z0-9_-]{1,200}$/.test(code) ? { code } : { status: 400, says: 'GitHub gave no code.' };
}

/** Whoever went away in the meantime is not waited for. */
function sayLast(response: ServerResponse, message: string): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((done) => {
    response.once('close', done);
    response.writeHead(200, { ...pageHeaders(), connection: 'close' }).end(messagePage(message));
  });
}

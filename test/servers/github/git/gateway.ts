import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Passed = { readonly method: string; readonly url: string; readonly headers: IncomingHttpHeaders };

type Instead = number | string | undefined;

/** Stands between a server and forge, and passes on what comes. */
export type Gateway = {
  readonly url: string;
  readonly passed: Passed[];
  /**
   * Called with each request before it is passed on, which waits for it. A number is answered as a status instead, a text
   * as the body of an answer.
   */
  before: (request: Passed) => Promise<Instead> | Instead;
  readonly close: () => Promise<void>;
};

export async function openGateway(to: string): Promise<Gateway> {
  const passed: Passed[] = [];
  const { hostname, port } = new URL(to);
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const one = { method, url, headers };
    passed.push(one);
    const status = await gateway.before(one);
    if (typeof status === 'string') {
      outgoing.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' }).end(status);
      return;
    }
    if (status !== undefined) {
      const redirects = status >= 300 && status < 400;
      outgoing.writeHead(status, redirects ? { location: `${to}${url}` } : {}).end();
      return;
    }
    const onward = request({ hostname, port, method, path: url, headers: { ...headers, host: `${hostname}:${port}` } });
    onward.once('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    onward.once('error', () => outgoing.destroy());
    outgoing.once('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const gateway: Gateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    before: () => undefined,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return gateway;
}

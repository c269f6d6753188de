import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that knows who is at the browser, and says so in a header that it sets itself. */
export type IdentityAwareProxy = {
  readonly url: string;
  /** Where requests go on to. */
  target: string;
  /** What the header says of each request. */
  assertion: () => Promise<string>;
  readonly close: () => Promise<void>;
};

export async function startIdentityAwareProxy(header: string): Promise<IdentityAwareProxy> {
  const server = createServer((incoming, response) => void forward(proxy, header, incoming, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: IdentityAwareProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: '',
    assertion: async () => '',
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

async function forward(
  { target, assertion }: IdentityAwareProxy,
  header: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = { ...incoming.headers, [header]: await assertion() };
  const outgoing = request(`${target}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}

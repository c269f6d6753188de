import { Agent, request } from 'node:http';

/** One request of protocol 2026-07-28, written out once, so that making it costs the measurement nothing. */
export type Call = { readonly headers: Readonly<Record<string, string | number>>; readonly body: string };

const version = '2026-07-28';
const meta = {
  'io.modelcontextprotocol/protocolVersion': version,
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** `tool` goes into the header by which proxies may tell calls apart. */
export function callOf(method: string, params: object, tool?: string): Call {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(tool === undefined ? {} : { 'mcp-name': tool }),
  };
  return { headers, body };
}

/** A connection that is kept: it sends one request at a time and answers the text of the response. */
export type Connection = { readonly send: (call: Call) => Promise<string>; readonly close: () => void };

export function connectTo(url: string): Connection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = ({ headers, body }: Call): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`HTTP ${response.statusCode}: ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return { send, close: () => agent.destroy() };
}

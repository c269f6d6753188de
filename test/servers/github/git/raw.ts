import { request } from 'node:http';

/** One packet line; `0000` and `0001` stand for themselves. */
export function packets(...lines: readonly string[]): Buffer {
  const text = lines.map((line) => (/^000[01]$/.test(line) ? line : `${size(line)}${line}`));
  return Buffer.from(text.join(''));
}

const size = (line: string): string => (Buffer.byteLength(line) + 4).toString(16).padStart(4, '0');

/** What protocol 2 sends to fetch an object by its id, whether or not a ref leads to it. */
export const askFor = (id: string): Buffer =>
  packets('command=fetch', '0001', 'no-progress\n', `want ${id}\n`, 'done\n', '0000');

/** The same in the protocol before. */
export const askForBefore = (id: string): Buffer => packets(`want ${id} ofs-delta\n`, '0000', 'done\n');

export type Said = { readonly status: number; readonly text: string };

/** The two requests of git, by hand. */
export function gitHttp(url: string) {
  const send = (
    path: string,
    options: { method: string; headers: Record<string, string> },
    body?: Buffer,
  ): Promise<{ status: number; bytes: Buffer }> =>
    new Promise((resolve, reject) => {
      const { hostname, port, pathname } = new URL(url);
      const sent = request({ hostname, port, path: `${pathname}${path}`, ...options }, async (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, bytes: Buffer.concat(chunks) }));
        answer.once('error', reject);
      });
      sent.once('error', reject);
      sent.end(body);
    });
  return {
    refs: async (headers: Record<string, string> = {}): Promise<Said> => {
      const { status, bytes } = await send('/info/refs?service=git-upload-pack', { method: 'GET', headers });
      return { status, text: bytes.toString() };
    },
    pack: async (body: Buffer, headers: Record<string, string> = {}): Promise<Buffer> => {
      const type = { 'content-type': 'application/x-git-upload-pack-request', 'git-protocol': 'version=2' };
      const options = { method: 'POST', headers: { ...type, ...headers } };
      return (await send('/git-upload-pack', options, body)).bytes;
    },
  };
}

/** Asks for a pack and reads nothing of it but the first bytes. */
export function openPack(url: string, body: Buffer): Promise<{ readonly destroy: () => void }> {
  const { hostname, port, pathname } = new URL(url);
  const headers = { 'content-type': 'application/x-git-upload-pack-request', 'git-protocol': 'version=2' };
  const sent = request({ hostname, port, path: `${pathname}/git-upload-pack`, method: 'POST', headers });
  sent.end(body);
  return new Promise((resolve, reject) => {
    sent.once('response', (answer) => {
      answer.once('readable', () => resolve({ destroy: () => sent.destroy() }));
      answer.once('error', () => {});
    });
    sent.once('error', reject);
  });
}

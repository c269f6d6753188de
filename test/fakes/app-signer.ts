import { sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';

/** Answers a line with a line; `undefined` never does. */
export type Answering = (line: string) => string | undefined;

const question = z.strictObject({ alg: z.literal('RS256'), sign: z.string() });

/** What a signer is to do: one line of JSON in, one out. */
export function signingWith(pem: string): Answering {
  return (line) => {
    const asked = question.safeParse(JSON.parse(line));
    if (!asked.success) return JSON.stringify({ error: 'not understood' });
    return JSON.stringify({ signature: sign('sha256', Buffer.from(asked.data.sign), pem).toString('base64url') });
  };
}

/** A signer of its own on a Unix socket, which alone has the key. */
export async function startAppSigner(answering: Answering) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-signer-'));
  const path = join(folder, 'signer.sock');
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const lines = createInterface(socket);
    lines.on('error', () => {});
    lines.once('line', (line) => {
      asked.push(line);
      const answer = answering(line);
      if (answer !== undefined) socket.end(`${answer}\n`);
    });
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    path,
    /** Each line that it was sent. */
    asked,
    close: async (): Promise<void> => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
      rmSync(folder, { recursive: true });
    },
  };
}

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { vectorExtension } from '#servers/knowledge/embedded/vectors/extension.ts';
import type { Embedder } from '#servers/knowledge/embedded/vectors/port.ts';

/** Words that mean the same here. */
const meanings: Readonly<Record<string, string>> = {
  automobile: 'car',
  vehicle: 'car',
  reimburse: 'refund',
  返金: 'refund',
};

/** A vector by the words of a text alone: the same text has the same one, and more words in common are nearer. */
function vectorOf(text: string, dimension = 32): number[] {
  const vector = Array.from({ length: dimension }, () => 0.01);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const digest = createHash('sha256')
      .update(meanings[word] ?? word)
      .digest();
    const at = digest.readUInt16BE(0) % dimension;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  return vector;
}

/** The same without an endpoint. */
export const embedder: Embedder = {
  host: 'here',
  model: 'words',
  embed: async (texts) => texts.map((text) => new Float32Array(vectorOf(text))),
};

const asked = z.strictObject({ model: z.string(), input: z.array(z.string()), encoding_format: z.literal('float') });

/** What was asked of an endpoint. */
type Asked = {
  readonly path: string;
  readonly key: string | undefined;
  readonly model: string;
  readonly input: readonly string[];
};

/** How an endpoint answers: as it should for null, else with this; `never` leaves the caller waiting. */
type Answer = (input: readonly string[]) => { readonly status: number; readonly body: string } | 'never' | null;

/** An endpoint for vectors on this machine, gone when the test is over. What it does can be changed at any time. */
export async function startEndpoint() {
  const seen: Asked[] = [];
  const state = { dimension: 32, answer: (() => null) as Answer };
  const server = createServer((request, response) => void serve(request, response));
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { model, input } = asked.parse(JSON.parse(Buffer.concat(chunks).toString()));
    seen.push({ path: request.url ?? '', key: request.headers.authorization, model, input });
    const other = state.answer(input);
    if (other === 'never') return;
    // Out of order, as the form of the answer allows.
    const data = input.map((text, index) => ({
      object: 'embedding',
      index,
      embedding: vectorOf(text, state.dimension),
    }));
    const { status, body } = other ?? {
      status: 200,
      body: JSON.stringify({ object: 'list', model, data: data.reverse() }),
    };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const texts = (): readonly string[] => seen.flatMap(({ input }) => input);
  return { url: `http://127.0.0.1:${port}/v1/embeddings`, seen, texts, state };
}

const extension = await vectorExtension();

/** What a base is opened with, so that its pages are found by meaning too. */
export const vectorsBy = (embedder: Embedder, path = ':memory:') => ({ embedder, file: { path, extension } });

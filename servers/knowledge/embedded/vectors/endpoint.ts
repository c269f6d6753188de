import * as z from 'zod';
import { chainOf, describe } from '#shared/http/connection.ts';
import { fetchWithin } from '#shared/http/fetch.ts';
import { withinLimits } from '#shared/http/limits.ts';
import { redacted } from '#shared/http/redact.ts';
import type { Secret } from '#shared/http/secret.ts';
import { type Embedder, NoVectors } from './port.ts';

/** Where vectors come from. */
export type Endpoint = {
  /** What is posted to: `http://127.0.0.1:11434/v1/embeddings`. */
  readonly url: string;
  readonly model: string;
  /** What it wants to see; absent for one that wants nothing. */
  readonly key?: Secret;
};

/** The longest answer that is read: some dozens of the longest vectors, in digits. Bytes. */
const mostOfAnswer = 16 * 1024 * 1024;

/** Batches, and a few searches beside them. */
const mostAtOnce = 4;

/** How long to wait after a refusal that does not say, and at most. Milliseconds. */
const [unsaidMs, longestMs] = [10_000, 10 * 60_000];

const answer = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()) })),
});

/**
 * An endpoint of the form that OpenAI gave it, and others serve too: https://platform.openai.com/docs/api-reference/embeddings
 * It alone is spoken to.
 */
export function endpointEmbedder({
  url,
  model,
  key,
  userAgent,
  now,
}: Endpoint & { readonly userAgent: string; readonly now: () => number }): Embedder {
  const { origin, host } = new URL(url);
  const limits = limitsOf(now);
  const embed: Embedder['embed'] = async (texts, { timeoutMs, signal }) => {
    const within = { origin, userAgent, timeoutMs, maxBytes: mostOfAnswer, redirects: 'refuse' } as const;
    const fetch = limits('', fetchWithin({ ...within, ...(key !== undefined && { token: key }) }));
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const body = JSON.stringify({ model, input: texts, encoding_format: 'float' });
    const response = await fetch(url, { method: 'POST', headers, body, ...(signal && { signal }) }).catch(
      (error: unknown) => {
        throw unavailable(chainOf(error).map(describe).join(': '));
      },
    );
    const text = await response.text();
    if (!response.ok) throw refusal(response.status, text);
    return vectorsIn(text, texts.length);
  };
  return { host, model, embed };
}

function limitsOf(now: () => number) {
  return withinLimits({
    now,
    most: mostAtOnce,
    resourceOf: () => 'all',
    read: async ({ status, headers }, time) => {
      if (status !== 429) return { refused: false, hold: null };
      const after = headers.get('retry-after') ?? '';
      const waitMs = /^\d{1,9}$/.test(after) ? Number(after) * 1000 : unsaidMs;
      return { refused: true, hold: { scope: 'all', until: time + Math.min(waitMs, longestMs) } };
    },
  });
}

/** Statuses that are about what was asked, and not about who asked or when. */
const ofTexts: ReadonlySet<number> = new Set([400, 413, 422]);

function refusal(status: number, said: string): NoVectors {
  return new NoVectors(ofTexts.has(status) ? 'refused' : 'unavailable', redacted(`${status} ${said}`).slice(0, 300));
}

function unavailable(said: string): NoVectors {
  return new NoVectors('unavailable', redacted(said));
}

function vectorsIn(text: string, wanted: number): readonly Float32Array[] {
  const parsed = answer.safeParse(jsonOf(text));
  if (!parsed.success) throw unavailable('the answer is not of the form that was asked for');
  const vectors = new Map(parsed.data.data.map(({ index, embedding }) => [index, new Float32Array(embedding)]));
  const inOrder = Array.from({ length: wanted }, (_, index) => vectors.get(index) ?? new Float32Array());
  const length = inOrder[0]?.length ?? 0;
  const isWhole = inOrder.every((vector) => vector.length === length && vector.every(Number.isFinite));
  if (length === 0 || !isWhole) throw unavailable('the answer has not one vector of one length for each text');
  return inOrder;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import type { Store } from '../store/store.ts';
import { shortened, type Text, textsOf } from './passages.ts';
import { type Embedder, type EmbedOptions, NoVectors } from './port.ts';
import { assertDimension, keepVector, waitingAfter } from './table.ts';

/** So many passages are sent at once: what a model without a graphics card answers in some seconds. */
const mostAtOnce = 32;

/** How long one request may take, in milliseconds: a model may have to be loaded first. */
const timeoutMs = 60_000;

/** What is tried of a passage that is not taken, in characters. Models read so much less of some scripts. */
const shorter = [1_000, 250];

type Options = { readonly embedder: Embedder; readonly after: number; readonly signal: AbortSignal };

/**
 * Gets the next passages their vectors. Answers the number of the last of them, after which it goes on; null where none
 * waits. What is kept is kept at once: doing it again does the rest. Throws `NoVectors` unavailable.
 */
export async function fillBatch(store: Store, { embedder, after, signal }: Options): Promise<number | null> {
  const { waiting, texts } = store.read(() => {
    const found = waitingAfter(store, after, mostAtOnce);
    return { waiting: found, texts: textsOf(store, found) };
  });
  const vectors = texts.length === 0 ? [] : await vectorsOf(texts, embedder, { timeoutMs, signal });
  signal.throwIfAborted();
  store.write(() => {
    for (const vector of vectors) if (vector !== null) assertDimension(store, vector);
    const kept = new Map(texts.map(({ passage }, at) => [passage, vectors[at] ?? null]));
    for (const { id } of waiting) keepVector(store, id, kept.get(id) ?? null);
  });
  return waiting.at(-1)?.id ?? null;
}

type Vectors = readonly (Float32Array | null)[];

async function vectorsOf(texts: readonly Text[], embedder: Embedder, options: EmbedOptions): Promise<Vectors> {
  try {
    return await embedder.embed(
      texts.map(({ text }) => text),
      options,
    );
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
  await assertTakesAny(embedder, options);
  const vectors: (Float32Array | null)[] = [];
  for (const { text } of texts) vectors.push(await vectorOf(text, embedder, options));
  return vectors;
}

/** The vector of a passage, or of its beginning; null where none is to be had. */
async function vectorOf(text: string, embedder: Embedder, options: EmbedOptions): Promise<Float32Array | null> {
  for (const tried of [text, ...shorter.filter((most) => most < text.length).map((most) => shortened(text, most))]) {
    try {
      const [vector = null] = await embedder.embed([tried], options);
      return vector;
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  }
  return null;
}

/** Where a word is refused, it is not because of the passages. Throws `NoVectors` unavailable. */
async function assertTakesAny(embedder: Embedder, options: EmbedOptions): Promise<void> {
  try {
    await embedder.embed(['word'], options);
  } catch (error) {
    throw isRefused(error) ? new NoVectors('unavailable', `it takes no text at all: ${error.message}`) : error;
  }
}

function isRefused(error: unknown): error is NoVectors {
  return error instanceof NoVectors && error.kind === 'refused';
}

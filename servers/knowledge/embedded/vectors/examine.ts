import { findings } from '#shared/doctor/finding.ts';
import type { Finding } from '#shared/doctor/report.ts';
import type { Store } from '../store/store.ts';
import { type Embedder, NoVectors } from './port.ts';
import { assertDimension, countPassages, countRefused, countWaiting } from './table.ts';

/** How long the endpoint may take, in milliseconds: it may have to load the model. */
const timeoutMs = 15_000;

/** Looks whether the endpoint gives vectors that can be used, and how many passages have none. No page is sent for that. */
export async function examineVectors(store: Store, embedder: Embedder): Promise<readonly Finding[]> {
  return [await ofEndpoint(store, embedder), ...ofPassages(store)];
}

async function ofEndpoint(store: Store, { host, model, embed }: Embedder): Promise<Finding> {
  const { ok, wrong } = findings(host);
  try {
    const [vector = new Float32Array()] = await embed(['word'], { timeoutMs });
    assertDimension(store, vector);
    const sent = 'Pages that everybody sees, and what is searched for, are sent there.';
    return ok('vectors', `Vectors are on: ${model} gives ${vector.length} numbers a text. ${sent}`);
  } catch (error) {
    const message = `Vectors are on, but ${model} gives none that can be used, so that words alone are searched for.`;
    const next =
      'Look whether the endpoint runs, has the model and takes the key. The log of the server says how it failed.';
    if (!(error instanceof NoVectors)) throw error;
    return wrong('vectors', message, next);
  }
}

function ofPassages(store: Store): Finding[] {
  const { ok, advice } = findings('vectors');
  const [passages, waiting] = [countPassages(store, null), countWaiting(store, null, 0)];
  const refused = countRefused(store);
  const filling =
    waiting === 0
      ? ok('filling', `No passage waits for its vector; there are ${passages}.`)
      : advice(
          'filling',
          `${waiting} of ${passages} passages wait for their vectors.`,
          'The server gets them while it runs.',
        );
  if (refused === 0) return [filling];
  return [filling, advice('refused', `${refused} passages have no vector: the model does not take them.`)];
}

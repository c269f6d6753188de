import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineName, engines } from './engines/all.ts';
import type { Batch, Engine } from './engines/engine.ts';
import { type ManualPage, passagesIn } from './pages.ts';
import type { Question } from './questions.ts';
import { askAll, residentBytes, type Trial } from './trial.ts';

/** Pages that are taken in together. */
const batchSize = 200;

const [name = '', corpus = '', questions = '', path = '', result = ''] = process.argv.slice(2);
const engine = await engines[name as EngineName](path);
const indexed = await fill(engine);
const answers = await askAll(JSON.parse(readFileSync(questions, 'utf8')) as Question[], engine.search);
// One that did not survive its last question is measured after it has answered another.
await Promise.resolve(engine.search('countersign')).catch(() => []);
globalThis.gc?.();
await sleep(200);
globalThis.gc?.();
const memory = residentBytes(engine.pid?.() ?? process.pid);
const trial: Trial = { name, indexed, bytes: await engine.size(), memory, answers };
await engine.close?.();
writeFileSync(result, JSON.stringify(trial));

/** The corpus is read line by line, so that what an engine does not keep is not in its memory. */
async function fill({ add, settle }: Engine): Promise<Trial['indexed']> {
  const total = { passages: 0, seconds: 0 };
  const put = async (batch: Batch): Promise<void> => {
    const from = performance.now();
    if ((await add(batch)) === 'beside') return;
    total.seconds += (performance.now() - from) / 1_000;
    total.passages += batch.reduce((sum, { passages }) => sum + passages.length, 0);
  };
  let [at, batch] = [0, [] as Batch[number][]];
  for await (const line of createInterface({
    input: createReadStream(corpus, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const page = JSON.parse(line) as ManualPage;
    batch.push({ at, page, passages: passagesIn(page, at) });
    at += 1;
    if (batch.length < batchSize) continue;
    await put(batch);
    batch = [];
  }
  if (batch.length > 0) await put(batch);
  const from = performance.now();
  await settle?.();
  total.seconds += (performance.now() - from) / 1_000;
  return total;
}

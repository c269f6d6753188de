import { afterAll, beforeAll } from 'vitest';
import { type Bench, openBench } from './bench.ts';
import { readConfig } from './config.ts';
import { githubContract } from './contract.ts';
import { placeOf } from './place.ts';

/** Creating and deleting what the tests need can take as long as GitHub wants no more writes. */
const hourMs = 70 * 60_000;

let bench: Bench;
beforeAll(async () => {
  bench = await openBench(placeOf(readConfig()));
}, hourMs);
afterAll(() => bench?.close(), hourMs);

githubContract(() => bench);

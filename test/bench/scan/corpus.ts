import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, scan } from '#capabilities/common/scan/scan.ts';

/** Patterns may be made better by looking at the one half, never at the other. */
export type Half = 'development' | 'held out';

/** Documents of which it is known whether they are attacks: each file of a folder is one. */
export type Corpus = { readonly name: string; readonly attacks: boolean; readonly folder: string };

export type Scanned = { readonly half: Half; readonly path: string; readonly found: readonly Finding[] };

export type Measured = Corpus & { readonly documents: readonly Scanned[]; readonly bytes: number; readonly ms: number };

/** Scans every file of the folder, one after the other. */
export function measure(corpus: Corpus): Measured {
  const paths = readdirSync(corpus.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  let [bytes, ms] = [0, 0];
  const documents = paths.map((path) => {
    const read = readFileSync(path);
    const from = process.cpuUsage();
    const found = scan(read.toString('utf8'));
    ms += process.cpuUsage(from).user / 1_000;
    bytes += read.length;
    return { half: halfOf(read), path, found };
  });
  return { ...corpus, documents, bytes, ms };
}

/** By the bytes of a document, so that a copy of it is in the same half. */
function halfOf(bytes: Buffer): Half {
  const [first = 0] = createHash('sha256').update(bytes).digest();
  return first < 128 ? 'development' : 'held out';
}

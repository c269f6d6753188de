import type { Finding, Report } from '#shared/doctor/report.ts';
import { readNamespace } from './read/pages.ts';
import type { Store } from './store/store.ts';
import type { Vectors } from './vectors/vectors.ts';

/** Looks whether the file can be read and written, what there is of these namespaces, and how far vectors are. */
export async function examine(store: Store, namespaces: readonly string[], vectors: Vectors | null): Promise<Report> {
  const head = { format: 'countersign/doctor@1', server: 'knowledge', backend: store.origin } as const;
  try {
    // Takes the lock of writers and lets it go.
    store.write(() => {});
    const ofVectors = (await vectors?.examine()) ?? [noVectors];
    const findings = [ofFile, ...namespaces.map((key) => ofNamespace(store, key)), ...ofVectors];
    return { ...head, reached: true, findings };
  } catch {
    const message = 'The file of the knowledge base cannot be read or written now.';
    const next = 'Look at the disk, and whether another process holds the file.';
    const finding: Finding = { about: 'knowledge', check: 'file', verdict: 'wrong', message, next };
    return { ...head, reached: false, findings: [finding] };
  }
}

const ofFile: Finding = {
  about: 'knowledge',
  check: 'file',
  verdict: 'ok',
  message:
    'The file can be read and written. There is no credential and no other clock: the pages are part of the server.',
};

const noVectors: Finding = {
  about: 'vectors',
  check: 'vectors',
  verdict: 'ok',
  message: 'Vectors are off: pages are found by their words, and nothing is sent anywhere.',
};

function ofNamespace(store: Store, key: string): Finding {
  const found = readNamespace({ store, viewer: { kind: 'people' } }, key);
  const about = key;
  if (found === null) {
    const next = 'Check the namespaces of the blueprints, or import what is to be there.';
    return { about, check: 'namespace', verdict: 'wrong', message: 'There is no such namespace.', next };
  }
  if (found.archived) {
    const message = 'The namespace is archived: it can be read, and nothing can be written to it.';
    return { about, check: 'namespace', verdict: 'advice', message };
  }
  const count = found.pages === 1 ? 'one page' : `${found.pages} pages`;
  return {
    about,
    check: 'namespace',
    verdict: 'ok',
    message: `The namespace has ${count}, and can be read and written.`,
  };
}

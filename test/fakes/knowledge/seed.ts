import type { Person } from '#capabilities/knowledge/types.ts';
import type { KnowledgeBackend, Namespace } from '#capabilities/knowledge-read/ports.ts';

/** The people of the place, and who acts in it. */
export const people = {
  self: { id: 'app-1', name: 'Countersign', standing: 'app' },
  alice: { id: 'u-alice', name: 'Alice Ito', standing: 'member' },
  bob: { id: 'u-bob', name: 'Bob Weiss', standing: 'member' },
  carol: { id: 'u-carol', name: 'Carol', standing: 'guest' },
  mallory: { id: 'u-mallory', name: 'Mallory', standing: 'unknown' },
} as const satisfies Record<string, Person>;

/** What the place is unless a test says otherwise. */
export const seedBackend: KnowledgeBackend = {
  name: 'Wiki',
  documents: 'markdown',
  lacks: [],
  maxText: 1_100_000,
  maxComment: 20_000,
  maxTitle: 250,
  quarantine: true,
  past: true,
  rewordsComments: true,
  once: true,
};

const namespace = (id: string, key: string, name: string): Namespace => {
  const url = `https://wiki.example/${key}`;
  return { id, key, name, url, audience: 'private', archived: false, pages: null };
};

/** Two namespaces of a team, one that most must not know of, and one to which nothing is written any more. */
export const seedNamespaces = (): Namespace[] => [
  namespace('1', 'handbook', 'The handbook'),
  namespace('2', 'runbooks', 'Runbooks'),
  namespace('3', 'board', 'The board'),
  { ...namespace('4', 'old', 'What was'), archived: true },
];

import { tmpdir } from 'node:os';
import * as z from 'zod';
import { namespaceKey } from '#capabilities/knowledge/keys.ts';
import { type BackendName, backendNames, backends } from '#servers/knowledge/backend.ts';
import type { KnowledgeBackendParts } from '#servers/knowledge/parts.ts';
import { type Environment, parseEnvironment } from '#shared/config/environment.ts';
import type { Abilities, KnowledgePlace } from './place.ts';

/** Where the contract is tried. */
export type LiveConfig = Pick<KnowledgePlace, 'namespace' | 'elsewhere' | 'able'> & {
  readonly name: BackendName;
  readonly open: (onProblem: (error: unknown) => void) => Promise<KnowledgeBackendParts>;
};

/** What each is able to do, as its stand-in is. */
const able: Readonly<Record<string, Abilities>> = {
  confluence: {
    ...{ searchesTexts: true, movesBetween: true, preconditions: true },
    unclear: ['create', 'move', 'trash', 'untrash', 'comment'],
  },
  notion: {
    movesBetween: true,
    unclear: ['create', 'update', 'move', 'trash', 'untrash', 'comment', 'edit_comment'],
  },
};

/** The names of backends that are somewhere else than here. */
export const liveNames = backendNames.filter((name) => (name as string) !== 'embedded');

/**
 * Reads the settings once: those of the knowledge server for this backend, and those of the scratch namespaces.
 * @throws AppError `bad_configuration` that lists every problem, one a line
 */
export function readConfig(environment: Environment = process.env): LiveConfig {
  const isLive = (name: string): name is BackendName => liveNames.some((each) => each === name);
  const { COUNTERSIGN_TEST_KNOWLEDGE: name } = parseEnvironment(
    z.object({ COUNTERSIGN_TEST_KNOWLEDGE: z.string().refine(isLive, `must be one of ${liveNames.join(', ')}`) }),
    environment,
    'The contract suite',
  );
  const schema = z.object({
    COUNTERSIGN_TEST_KNOWLEDGE_NAMESPACE: z.string('is needed: the key of a scratch namespace').pipe(namespaceKey),
    COUNTERSIGN_TEST_KNOWLEDGE_ELSEWHERE: namespaceKey.optional(),
  });
  const { values, open } = backends[name as BackendName].read(schema, environment);
  return {
    name: name as BackendName,
    namespace: values.COUNTERSIGN_TEST_KNOWLEDGE_NAMESPACE,
    elsewhere: values.COUNTERSIGN_TEST_KNOWLEDGE_ELSEWHERE ?? null,
    able: able[name] ?? {},
    open: (onProblem) => open({ data: tmpdir(), userAgent: 'countersign/contract', onProblem }),
  };
}

import { tmpdir } from 'node:os';
import * as z from 'zod';
import { projectKey } from '#capabilities/ticket/keys.ts';
import { type BackendName, backendNames, backends } from '#servers/tickets/backend.ts';
import type { TicketBackendParts } from '#servers/tickets/parts.ts';
import { type Environment, parseEnvironment } from '#shared/config/environment.ts';
import type { TicketPlace } from './place.ts';

/** Where the contract is tried. */
export type LiveConfig = Pick<
  TicketPlace,
  'project' | 'elsewhere' | 'type' | 'labels' | 'statuses' | 'unreachable' | 'assignee'
> & {
  readonly name: BackendName;
  readonly open: (onProblem: (error: unknown) => void) => Promise<TicketBackendParts>;
};

/** How a new project begins on each, unless the settings say otherwise. */
const usual: Readonly<Record<string, { readonly type: string; readonly statuses: string }>> = {
  jira: { type: 'Task', statuses: 'To Do,In Progress' },
  linear: { type: 'Issue', statuses: 'Backlog,In Progress' },
  github: { type: 'Issue', statuses: 'Open,Closed as completed' },
};

const pair = z
  .string()
  .transform((text) => text.split(',').map((each) => each.trim()))
  .pipe(z.tuple([z.string().min(1), z.string().min(1)], 'must be two names with a comma between them'));

/** The names of backends that are somewhere else than here. */
export const liveNames = backendNames.filter((name) => name !== 'embedded');

/**
 * Reads the settings once: those of the ticket server for this backend, and those of the scratch project.
 * @throws AppError `bad_configuration` that lists every problem, one a line
 */
export function readConfig(environment: Environment = process.env): LiveConfig {
  const { COUNTERSIGN_TEST_TICKETS: name } = parseEnvironment(
    z.object({ COUNTERSIGN_TEST_TICKETS: z.enum(liveNames, `must be one of ${liveNames.join(', ')}`) }),
    environment,
    'The contract suite',
  );
  const { type, statuses } = usual[name] ?? {};
  const schema = z.object({
    COUNTERSIGN_TEST_TICKETS_PROJECT: z.string('is needed: the key of a scratch project').pipe(projectKey),
    COUNTERSIGN_TEST_TICKETS_LABELS: z.string('is needed: two labels, with a comma between them').pipe(pair),
    COUNTERSIGN_TEST_TICKETS_ELSEWHERE: projectKey.optional(),
    COUNTERSIGN_TEST_TICKETS_TYPE: z
      .string()
      .min(1)
      .default(type ?? ''),
    COUNTERSIGN_TEST_TICKETS_STATUSES: z
      .string()
      .default(statuses ?? '')
      .pipe(pair),
    COUNTERSIGN_TEST_TICKETS_UNREACHABLE: z.string().min(1).optional(),
    COUNTERSIGN_TEST_TICKETS_ASSIGNEE: z.string().min(1).optional(),
  });
  const { values, open } = backends[name].read(schema, environment);
  return {
    name,
    project: values.COUNTERSIGN_TEST_TICKETS_PROJECT,
    elsewhere: values.COUNTERSIGN_TEST_TICKETS_ELSEWHERE ?? null,
    type: values.COUNTERSIGN_TEST_TICKETS_TYPE,
    labels: values.COUNTERSIGN_TEST_TICKETS_LABELS,
    statuses: values.COUNTERSIGN_TEST_TICKETS_STATUSES,
    unreachable: values.COUNTERSIGN_TEST_TICKETS_UNREACHABLE ?? null,
    assignee: values.COUNTERSIGN_TEST_TICKETS_ASSIGNEE ?? null,
    open: (onProblem) => open({ data: tmpdir(), userAgent: 'countersign/contract', onProblem }),
  };
}

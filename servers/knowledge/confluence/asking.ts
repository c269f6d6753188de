import type { Reads } from '#shared/atlassian/transport.ts';
import type { People } from './people.ts';
import type { Spaces } from './spaces.ts';

/** What everything that reads Confluence has. */
export type Asking = {
  readonly reads: Reads;
  /** Where people see it: `https://acme.atlassian.net`. */
  readonly site: string;
  readonly people: People;
  readonly spaces: Spaces;
};

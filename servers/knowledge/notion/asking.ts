import type { Reads } from './api.ts';
import type { Namespaces } from './namespaces.ts';
import type { People } from './people.ts';

/** What everything that reads Notion has. */
export type Asking = { readonly reads: Reads; readonly people: People; readonly namespaces: Namespaces };

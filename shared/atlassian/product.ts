import type { NotDone } from '#shared/tools/index.ts';

/** What a token is for: the reader's cannot write. */
export type Power = 'read' | 'write';

/** A product of Atlassian's cloud, as far as asking it differs from asking another. */
export type Product = {
  /** As people call it: "Jira". */
  readonly name: string;
  /** What the gateway calls it: `https://api.atlassian.com/ex/jira/…`. */
  readonly gateway: string;
  /** What every path of its API begins with: `/rest/api/3/`. */
  readonly root: string;
  /** The scopes that a token of each power is asked with, as its OpenAPI document names them for the requests made here. */
  readonly scopes: Readonly<Record<Power, readonly string[]>>;
  /** What 409 proves of a write, besides that nothing was done. */
  readonly conflict: NotDone['kind'];
  /** What the doctor calls the server that speaks to it: `tickets`. */
  readonly server: string;
  /**
   * What of a URL names the thing that Retry-After is about, where an answer says that it is about one alone; everything
   * waits unless given.
   */
  readonly thingOf?: (url: string) => string | undefined;
};

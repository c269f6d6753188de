import { graphql } from '@octokit/graphql';
import { type Upload, uploading } from '../http/upload.ts';
import type { Endpoints } from './endpoints.ts';

/**
 * Sends one GraphQL document and resolves to its `data`. Text that came from outside goes into `variables`, never
 * into the document; no variable may have the name of an option of Octokit (`query`, `url`). Rejects with Octokit's
 * errors; an answer that is no GraphQL answer resolves to undefined.
 */
export type SendGraphql = (
  document: string,
  variables: Readonly<Record<string, unknown>>,
  /** Bytes whose tokens stand in the variables, in that order. */
  uploads?: readonly Upload[],
) => Promise<unknown>;

/** Octokit warns of deprecated routes on the console; nothing here reads it. */
export const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** GraphQL over a `fetch` that carries the token and the limits. */
export function graphqlOver(endpoints: Endpoints, fetch: typeof globalThis.fetch): SendGraphql {
  const send = graphql.defaults({ baseUrl: endpoints.rest });
  return (document, variables, uploads = []) => {
    const request = { fetch: uploads.length === 0 ? fetch : uploading(fetch, uploads), log: silent };
    return send<unknown>(document, { ...variables, request });
  };
}

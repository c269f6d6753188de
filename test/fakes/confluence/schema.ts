import * as z from 'zod';

/**
 * What Confluence takes, request by request, after what it publishes; a request that does not fit is a fault of the adapter.
 * https://developer.atlassian.com/cloud/confluence/rest/v2/
 * https://developer.atlassian.com/cloud/confluence/rest/v1/
 */
const id = z.string().regex(/^\d{1,19}$/);
const ids = z.string().regex(/^\d{1,19}(?:,\d{1,19}){0,249}$/);
const limit = z.coerce.number().int().min(1).max(250);
const list = { limit: limit.optional(), cursor: z.string().optional() };
const format = z.enum(['storage', 'atlas_doc_format']);
const statuses = z.string().regex(/^(?:current|archived|trashed)(?:,(?:current|archived|trashed))*$/);
const body = z.strictObject({ representation: z.enum(['storage', 'atlas_doc_format', 'wiki']), value: z.string() });
const version = z.strictObject({ number: z.number().int().positive(), message: z.string().optional() });

export type Shape = {
  readonly scope: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** It changes something. */
  readonly writes?: true;
};

/** By method and template of the path, after `/wiki/`. */
export const shapes: Readonly<Record<string, Shape>> = {
  'GET api/v2/spaces': {
    scope: 'read:space:confluence',
    query: z.strictObject({ ...list, keys: z.string().optional(), ids: ids.optional() }),
  },
  'GET api/v2/spaces/{id}': { scope: 'read:space:confluence' },
  'GET api/v2/spaces/{id}/operations': { scope: 'read:space:confluence' },
  'GET api/v2/spaces/{id}/permissions': { scope: 'read:space:confluence', query: z.strictObject(list) },
  'GET api/v2/spaces/{id}/pages': {
    scope: 'read:page:confluence',
    query: z.strictObject({
      ...list,
      depth: z.enum(['all', 'root']).optional(),
      status: statuses.optional(),
      title: z.string().optional(),
      'body-format': format.optional(),
    }),
  },
  'GET api/v2/pages': {
    scope: 'read:page:confluence',
    query: z.strictObject({ ...list, id: ids, status: statuses.optional(), 'body-format': format.optional() }),
  },
  'GET api/v2/pages/{id}': {
    scope: 'read:page:confluence',
    query: z.strictObject({
      'body-format': format.optional(),
      status: statuses.optional(),
      version: z.coerce.number().int().positive().optional(),
    }),
  },
  'GET api/v2/pages/{id}/ancestors': {
    scope: 'read:content.metadata:confluence',
    query: z.strictObject({ limit: limit.optional() }),
  },
  'GET api/v2/pages/{id}/children': { scope: 'read:page:confluence', query: z.strictObject(list) },
  'GET api/v2/pages/{id}/versions': {
    scope: 'read:page:confluence',
    query: z.strictObject({ ...list, sort: z.enum(['modified-date', '-modified-date']).optional() }),
  },
  'GET api/v2/pages/{id}/footer-comments': {
    scope: 'read:comment:confluence',
    query: z.strictObject({
      ...list,
      'body-format': format.optional(),
      sort: z.enum(['created-date', '-created-date', 'modified-date', '-modified-date']).optional(),
    }),
  },
  'GET api/v2/footer-comments/{id}': {
    scope: 'read:comment:confluence',
    query: z.strictObject({ 'body-format': format.optional() }),
  },
  'GET api/v2/footer-comments/{id}/children': {
    scope: 'read:comment:confluence',
    query: z.strictObject({
      ...list,
      'body-format': format.optional(),
      sort: z.enum(['created-date', '-created-date', 'modified-date', '-modified-date']).optional(),
    }),
  },
  'GET api/v2/footer-comments/{id}/versions': {
    scope: 'read:comment:confluence',
    query: z.strictObject({ ...list, sort: z.enum(['modified-date', '-modified-date']).optional() }),
  },
  'POST api/v2/users-bulk': {
    scope: 'read:user:confluence',
    body: z.strictObject({ accountIds: z.array(z.string().min(1)).min(1).max(250) }),
  },
  'GET rest/api/user/current': { scope: 'read:content-details:confluence' },
  'GET rest/api/user/memberof': {
    scope: 'read:group:confluence',
    query: z.strictObject({ accountId: z.string(), limit: limit.optional() }),
  },
  'GET rest/api/search': {
    scope: 'read:content-details:confluence',
    query: z.strictObject({
      cql: z.string().min(1),
      excerpt: z.enum(['highlight', 'indexed', 'none', 'highlight_unescaped', 'indexed_unescaped']).optional(),
      ...list,
    }),
  },
  'POST api/v2/pages': {
    ...{ scope: 'write:page:confluence', writes: true },
    query: z.strictObject({ 'root-level': z.enum(['true', 'false']).optional() }),
    body: z.strictObject({
      ...{ spaceId: id, status: z.enum(['current', 'draft']), title: z.string().min(1) },
      ...{ parentId: id.optional(), body },
    }),
  },
  'PUT api/v2/pages/{id}': {
    ...{ scope: 'write:page:confluence', writes: true },
    body: z.strictObject({ id, status: z.enum(['current', 'draft']), title: z.string().min(1), body, version }),
  },
  'DELETE api/v2/pages/{id}': { scope: 'delete:page:confluence', writes: true },
  'PUT rest/api/content/{id}/move/{position}/{targetId}': { scope: 'write:page:confluence', writes: true },
  'POST api/v2/footer-comments': {
    ...{ scope: 'write:comment:confluence', writes: true },
    body: z.union([z.strictObject({ pageId: id, body }), z.strictObject({ parentCommentId: id, body })]),
  },
  'PUT api/v2/footer-comments/{id}': {
    ...{ scope: 'write:comment:confluence', writes: true },
    body: z.strictObject({ version, body }),
  },
};

/** What is wrong with a request; null where it fits. */
export function problemOf(shape: Shape, query: URLSearchParams, given: unknown): string | null {
  const asked = (shape.query ?? z.strictObject({})).safeParse(Object.fromEntries(query));
  if (!asked.success) return `query: ${z.prettifyError(asked.error)}`;
  if (shape.body === undefined) return given === undefined ? null : 'it takes no body';
  const sent = shape.body.safeParse(given);
  return sent.success ? null : `body: ${z.prettifyError(sent.error)}`;
}

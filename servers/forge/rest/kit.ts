import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import { requireInstallation, requirePermission, visibleByName } from '../access.ts';
import type { Caller } from '../auth.ts';
import type { Level, PermissionName } from '../config.ts';
import type { Forge } from '../forge.ts';
import { Refusal } from '../refusal.ts';
import { fullName, type Repository } from '../repositories.ts';
import type { TokenGrant } from '../tokens.ts';

/** What the middleware puts beside a request: who asks, and for GraphQL what. */
export type Env = {
  Bindings: HttpBindings;
  Variables: { caller: Caller | undefined; repository: string | undefined };
};
export type Routes = Hono<Env>;
export type Request = Context<Env>;

export const notFound = (): Refusal => new Refusal('NOT_FOUND', 'Not Found');

/** A path parameter, decoded. */
export const parameter = (c: Request, name: string): string => c.req.param(name) ?? '';

export function callerOf(c: Request): Caller {
  const caller = c.get('caller');
  if (!caller) throw new Refusal('UNAUTHENTICATED', 'Requires authentication');
  return caller;
}

/** The repository of the path and the token, if the token reaches it with that permission. */
export function repositoryOf(
  forge: Forge,
  c: Request,
  permission: PermissionName = 'metadata',
  level: Level = 'read',
): { repository: Repository; token: TokenGrant } {
  const token = requireInstallation(callerOf(c));
  const repository = visibleByName(forge, token, parameter(c, 'owner'), parameter(c, 'repo'));
  if (!repository) throw notFound();
  c.set('repository', fullName(repository));
  requirePermission(token, permission, level);
  return { repository, token };
}

/** The JSON body, checked. @throws Refusal UNPROCESSABLE that says what is wrong. */
export async function bodyOf<T>(c: Request, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  let json: unknown;
  try {
    json = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new Refusal('UNPROCESSABLE', 'Problems parsing JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Refusal('UNPROCESSABLE', `Invalid request.\n\n${problems.join('\n')}`);
}

/** One page of a list (`page`, `per_page` up to 100, 30 by default), with GitHub's Link header. */
export function pageOf<T>(forge: Forge, c: Request, items: readonly T[]): T[] {
  const number = (name: string, fallback: number): number =>
    Math.max(1, Number.parseInt(c.req.query(name) ?? '', 10) || fallback);
  const size = Math.min(100, number('per_page', 30));
  const page = number('page', 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (target: number, rel: string): string => {
    const url = new URL(c.req.url);
    url.searchParams.set('page', String(target));
    return `<${forge.site.url}${url.pathname}${url.search}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  if (links.length > 0) c.header('link', links.join(', '));
  return items.slice((page - 1) * size, page * size);
}

/** Whether the client asked for the bytes themselves. */
export const wantsRaw = (c: Request): boolean =>
  /application\/vnd\.github\.(v3\.)?raw(\+json)?/.test(c.req.header('accept') ?? '');

/** The bytes themselves, in the type GitHub gives them. */
export const rawAnswer = (bytes: Buffer): Response =>
  new Response(new Uint8Array(bytes), {
    headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
  });

export const apiUrl = (forge: Forge, path: string): string => `${forge.site.url}/api/v3${path}`;

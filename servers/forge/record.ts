import type { Fault } from './faults.ts';
import type { Forge } from './forge.ts';
import { outline } from './graphql/execute.ts';
import type { LoggedRequest } from './log.ts';
import type { Request } from './rest/kit.ts';

type Outline = { operations: string[]; fields: string[] };

/** Logs each request before its answer goes out, and plays the faults that tests ask for. */
export function record(forge: Forge) {
  return async (c: Request, next: () => Promise<void>): Promise<Response | undefined> => {
    const found = await outlineOf(c);
    const names = [...(found?.fields ?? []), `${c.req.method} ${c.req.path}`];
    const before = forge.faults.take('before', names);
    if (before && !isHarmless(before)) return play(forge, c, before, found);
    if (before) await playHarmless(forge, c, before, found);
    await next();
    const after = forge.faults.take('after', names);
    if (after && !isHarmless(after)) {
      const answer = await play(forge, c, after, found);
      // What is returned after an answer was made does not take its place; headers of the lost one must not stay either.
      c.res = undefined;
      c.res = answer;
      return undefined;
    }
    if (after) await playHarmless(forge, c, after, found);
    forge.log.write(describe(forge, c, found, { status: c.res.status }));
    return undefined;
  };
}

async function outlineOf(c: Request): Promise<Outline | undefined> {
  if (c.req.path !== '/api/graphql' || c.req.method !== 'POST') return undefined;
  const text = await c.req.text();
  try {
    const { query } = JSON.parse(text) as { query?: unknown };
    return typeof query === 'string' ? outline(query) : undefined;
  } catch {
    return undefined;
  }
}

type Outcome = Pick<LoggedRequest, 'status' | 'fault'>;

function describe(forge: Forge, c: Request, found: Outline | undefined, outcome: Outcome): LoggedRequest {
  const url = new URL(c.req.url);
  const caller = c.get('caller');
  const repository = c.get('repository');
  return {
    time: new Date(forge.now()).toISOString(),
    method: c.req.method,
    path: url.pathname + url.search,
    ...found,
    ...outcome,
    caller: caller?.kind ?? 'none',
    ...(caller?.kind === 'installation' ? { installation: caller.token.installation, token: caller.token.id } : {}),
    ...(repository === undefined ? {} : { repository }),
  };
}

type Harmless = Fault & { do: 'delay' | 'duplicate' };

const isHarmless = (fault: Fault): fault is Harmless => fault.do === 'delay' || fault.do === 'duplicate';

/** After these the request goes on and is answered. */
async function playHarmless(forge: Forge, c: Request, fault: Harmless, found: Outline | undefined): Promise<void> {
  forge.log.write(describe(forge, c, found, { status: 0, fault: `${fault.when} ${fault.do}` }));
  if (fault.do === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms));
  else await repeat(forge, c);
}

/** Delivers the same request to forge once more, over the network, and drops its answer. */
async function repeat(forge: Forge, c: Request): Promise<void> {
  const { method } = c.req;
  const headers = new Headers(c.req.raw.headers);
  for (const name of ['host', 'connection', 'content-length', 'transfer-encoding']) headers.delete(name);
  const { pathname, search } = new URL(c.req.url);
  const body = method === 'GET' || method === 'HEAD' ? null : await c.req.text();
  const answer = await fetch(`${forge.site.url}${pathname}${search}`, { method, headers, body });
  await answer.arrayBuffer();
}

function play(forge: Forge, c: Request, fault: Fault, found: Outline | undefined): Promise<Response> | Response {
  const status = fault.do === 'status' ? fault.status : 0;
  forge.log.write(describe(forge, c, found, { status, fault: `${fault.when} ${fault.do}` }));
  if (fault.do === 'status') {
    return new Response(fault.body, { status, headers: { 'content-type': 'application/json', ...fault.headers } });
  }
  if (fault.do === 'drop') c.env.incoming.socket.destroy();
  return new Promise(() => undefined);
}

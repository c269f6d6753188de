import * as z from 'zod';
import { sameNamespace } from '#capabilities/knowledge/keys.ts';
import type { Environment } from '#shared/config/environment.ts';
import { readSecretFile } from '#shared/config/secret-file.ts';
import { Secret } from '#shared/http/secret.ts';
import { idOf } from './ids.ts';
import type { Root } from './namespaces.ts';

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The variables of Notion. The messages quote nothing: a secret in the wrong place stays out of the log. */
export const notionSettings = {
  COUNTERSIGN_KNOWLEDGE_NOTION_URL: z.string().default('https://api.notion.com').transform(readOrigin),
  COUNTERSIGN_KNOWLEDGE_NOTION_TOKEN_FILE: z.string().transform(readFile).optional(),
  COUNTERSIGN_KNOWLEDGE_NOTION_TOKEN: z.string().transform(readText).optional(),
  COUNTERSIGN_KNOWLEDGE_NOTION_NAMESPACES: z
    .string('is needed: handbook=<the id of the page that it is under>, and others after a comma')
    .transform(readRoots),
} as const;

/** Those that hold a secret themselves. */
export const notionSecrets = ['COUNTERSIGN_KNOWLEDGE_NOTION_TOKEN'] as const;

export type NotionOptions = {
  /** Scheme, host and port of the API. */
  readonly origin: string;
  readonly token: Secret;
  readonly roots: readonly Root[];
};

const file = 'COUNTERSIGN_KNOWLEDGE_NOTION_TOKEN_FILE';
const direct = 'COUNTERSIGN_KNOWLEDGE_NOTION_TOKEN';

/** Adds to settings that one token is given, whatever else is wrong. */
export function withNotionToken<T>(schema: z.ZodType<T>, environment: Environment): z.ZodType<T> {
  const given = [file, direct].filter((name) => environment[name] !== undefined);
  if (given.length === 1) return schema;
  const error =
    given.length === 0
      ? 'is needed: the path of a file with the token of an internal integration'
      : `only one of these may be given: ${given.join(', ')}`;
  return schema.refine(() => false, { path: [file], error, when: () => true });
}

type Values = z.output<z.ZodObject<typeof notionSettings>>;

export function notionOptions(values: Values): NotionOptions {
  const token = values.COUNTERSIGN_KNOWLEDGE_NOTION_TOKEN_FILE ?? values.COUNTERSIGN_KNOWLEDGE_NOTION_TOKEN;
  if (token === undefined) throw new TypeError('settings were taken without a token');
  return {
    origin: values.COUNTERSIGN_KNOWLEDGE_NOTION_URL,
    token,
    roots: values.COUNTERSIGN_KNOWLEDGE_NOTION_NAMESPACES,
  };
}

const keyForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

function readRoots(text: string, context: z.RefinementCtx): readonly Root[] {
  const parts = text.split(',').map((part) => part.trim());
  const roots = parts.flatMap((part) => {
    const [key = '', id = ''] = part.split('=').map((each) => each.trim());
    const page = idOf(id);
    return keyForm.test(key) && page !== null ? [{ key, id: page }] : [];
  });
  if (roots.length !== parts.length)
    return problem(context, 'must be keys with ids of pages: handbook=<32 hex digits>,…');
  const isTwice = roots.some(({ key, id }, index) =>
    roots.slice(0, index).some((other) => sameNamespace(other.key, key) || other.id === id),
  );
  return isTwice ? problem(context, 'has a key or a page twice') : roots;
}

function readOrigin(base: string, context: z.RefinementCtx): string {
  if (!URL.canParse(base)) return problem(context, 'is not a URL');
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(base);
  if (username !== '' || password !== '') return problem(context, 'must not hold a user name or password');
  if (pathname !== '/' || search !== '' || hash !== '') return problem(context, 'must be a host alone, without a path');
  if (protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname))) return origin;
  return problem(context, 'must begin with https:// (http:// is for a loopback address only)');
}

function readFile(path: string, context: z.RefinementCtx): Secret {
  const read = readSecretFile(path);
  return 'problem' in read ? problem(context, read.problem) : readText(read.secret, context);
}

/** What can stand in a header. */
function readText(text: string, context: z.RefinementCtx): Secret {
  return /^[\x21-\x7e]{8,1000}$/.test(text) ? new Secret(text) : problem(context, 'holds no token of Notion');
}

function problem(context: z.RefinementCtx, message: string): never {
  context.addIssue(message);
  return z.NEVER;
}

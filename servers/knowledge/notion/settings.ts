import * as z from 'zod';
import { sameNamespace } from '#capabilities/knowledge/keys.ts';
import { hostUrl, problem, secretIn } from '#shared/config/connection.ts';
import type { Environment } from '#shared/config/environment.ts';
import type { Secret } from '#shared/http/secret.ts';
import { idOf } from './ids.ts';
import type { Root } from './namespaces.ts';

/** What can stand in a header. */
const secret = secretIn(/^[\x21-\x7e]{8,1000}$/, 'holds no token of Notion');

/** The variables of Notion. The messages quote nothing: a secret in the wrong place stays out of the log. */
export const notionSettings = {
  COUNTERSIGN_KNOWLEDGE_NOTION_URL: z.string().default('https://api.notion.com').pipe(hostUrl),
  COUNTERSIGN_KNOWLEDGE_NOTION_TOKEN_FILE: secret.file,
  COUNTERSIGN_KNOWLEDGE_NOTION_TOKEN: secret.text,
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

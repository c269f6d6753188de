import { join } from 'node:path';
import * as z from 'zod';
import type { Environment } from '#shared/config/environment.ts';
import { readSecretFile } from '#shared/config/secret-file.ts';
import { callable } from '#shared/http/callable.ts';
import { Secret } from '#shared/http/secret.ts';
import type { Endpoint } from './vectors/endpoint.ts';

const [urlName, modelName, keyName] = [
  'COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_URL',
  'COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_MODEL',
  'COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_KEY_FILE',
] as const;

/** The environment of the embedded knowledge base: where its data is, and where vectors come from, if any are wanted. */
export const embeddedSettings = {
  COUNTERSIGN_DATA: z.string('is needed: the data directory').min(1, 'is needed: the data directory'),
  [urlName]: z.string().transform(readUrl).optional(),
  [modelName]: z.string().min(1, 'is empty').max(200).optional(),
  [keyName]: z.string().transform(readKey).optional(),
} as const;

export type EmbeddedOptions = {
  /** The file of the pages; `:memory:` for one that nobody else sees. */
  readonly path: string;
  /** Where vectors come from; without it, words alone are searched for. */
  readonly embeddings?: Endpoint;
};

/** Adds to settings that an endpoint is given in whole. */
export function withEndpoint<T>(schema: z.ZodType<T>, environment: Environment): z.ZodType<T> {
  const isGiven = (name: string): boolean => environment[name] !== undefined;
  const needed = isGiven(urlName) && !isGiven(modelName) ? [[modelName, `is needed with ${urlName}`] as const] : [];
  const useless = isGiven(urlName) ? [] : [modelName, keyName].filter(isGiven);
  return [...needed, ...useless.map((name) => [name, `has no use without ${urlName}`] as const)].reduce<z.ZodType<T>>(
    (all, [name, error]) => all.refine(() => false, { path: [name], error, when: () => true }),
    schema,
  );
}

export function embeddedOptions(values: z.output<z.ZodObject<typeof embeddedSettings>>): EmbeddedOptions {
  const { COUNTERSIGN_DATA: data, [urlName]: url, [modelName]: model, [keyName]: key } = values;
  const embeddings = url !== undefined && model !== undefined && { url, model, ...(key && { key }) };
  return { path: join(data, 'knowledge', 'knowledge.db'), ...(embeddings && { embeddings }) };
}

function readUrl(text: string, context: z.RefinementCtx): string {
  const read = callable(text);
  return 'url' in read ? read.url : problem(context, read.problem);
}

/** What can stand in a header. The messages quote nothing. */
function readKey(path: string, context: z.RefinementCtx): Secret {
  const read = readSecretFile(path);
  if ('problem' in read) return problem(context, read.problem);
  return /^[\x21-\x7e]{1,4000}$/.test(read.secret) ? new Secret(read.secret) : problem(context, 'holds no key');
}

function problem(context: z.RefinementCtx, message: string): never {
  context.addIssue(message);
  return z.NEVER;
}

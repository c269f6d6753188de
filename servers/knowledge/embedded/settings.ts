import { join } from 'node:path';
import * as z from 'zod';
import { callableUrl, secretIn } from '#shared/config/connection.ts';
import type { Environment } from '#shared/config/environment.ts';
import type { Endpoint } from './vectors/endpoint.ts';

const [urlName, modelName, keyName] = [
  'COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_URL',
  'COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_MODEL',
  'COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_KEY_FILE',
] as const;

/** The environment of the embedded knowledge base: where its data is, and where vectors come from, if any are wanted. */
export const embeddedSettings = {
  COUNTERSIGN_DATA: z.string('is needed: the data directory').min(1, 'is needed: the data directory'),
  [urlName]: callableUrl.optional(),
  [modelName]: z.string().min(1, 'is empty').max(200).optional(),
  [keyName]: secretIn(/^[\x21-\x7e]{1,4000}$/, 'holds no key').file,
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

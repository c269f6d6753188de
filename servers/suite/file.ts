import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { readDocument } from '#shared/blueprints/document.ts';
import { explain, messages } from '#shared/blueprints/explain.ts';
import { BlueprintErrors, type BlueprintProblem } from '#shared/blueprints/problems.ts';
import { diskSize } from '#shared/config/bytes.ts';
import { readsRetentionDays, retentionDays } from '#shared/config/retention.ts';
import { ledgerLocation } from '#shared/ledger/location.ts';
import { embeddingsEnvironment, embeddingsSection } from './embeddings.ts';
import { realKnowledge } from './knowledge.ts';
import type { RealBackend } from './real-backend.ts';
import { signInSection, withPaths } from './sign-in.ts';
import { realTrackers } from './tickets.ts';

/** A path is text that is not empty; relative ones count from the folder of the configuration file. */
const path = z.string().min(1);

const schema = z.strictObject({
  data: path.optional(),
  base_port: z
    .int()
    .min(1)
    .max(65535 - 100)
    .optional(),
  blueprints: path.optional(),
  ledger: path.optional(),
  contents_keys: path.optional(),
  retention: z.strictObject({ contents: retentionDays.optional(), reads: readsRetentionDays.optional() }).optional(),
  git: z.strictObject({ serve: z.boolean().optional(), disk: diskSize.optional() }).optional(),
  people: path.optional(),
  webhooks: path.optional(),
  console_url: z
    .url({ protocol: /^https?$/, error: 'This must be a URL, such as https://console.example.' })
    .optional(),
  sign_in: signInSection.optional(),
  github: z
    .strictObject({
      url: z.url({ protocol: /^https?$/, error: 'This must be a URL, such as https://api.github.com.' }),
      app_id: z.int().min(1),
      app_key: path.optional(),
      app_signer: z
        .string()
        .regex(/^unix:./, 'This must be unix: and the path of a socket.')
        .optional(),
      check: z.boolean().optional(),
      log_hosts: z.array(z.hostname('This must be the name of a host.')).max(50).optional(),
    })
    .refine(({ app_key, app_signer }) => app_key === undefined || app_signer === undefined, {
      path: ['app_signer'],
      error: 'The key of the GitHub App is in a file or with a signer, not both.',
    })
    .optional(),
  tickets: realTrackers.section.optional(),
  knowledge: realKnowledge.section.optional(),
  embeddings: embeddingsSection.optional(),
});
type Written = z.output<typeof schema>;

/** What a configuration file may say. All paths are absolute; the ledger may be a `postgres://` URL. */
export type SuiteFile = Omit<Written, 'tickets' | 'knowledge' | 'embeddings'> & {
  readonly realTickets?: RealBackend | null;
  readonly realKnowledge?: RealBackend | null;
  /** As settings of the knowledge server. */
  readonly embeddings?: Readonly<Record<string, string>>;
};

/** Reads a configuration file. Throws AppError `bad_configuration` with every problem, each with line and column. */
export function readSuiteFile(source: string): SuiteFile {
  const { value, problems, locate } = readDocument({ text: readText(source), source });
  const parsed = value === undefined ? null : schema.safeParse(value ?? {}, { error: messages });
  const issues = parsed?.error?.issues ?? [];
  const all = [...problems, ...explain({ issues, schema, source, locate })];
  if (all.length > 0 || !parsed?.success) throw new BlueprintErrors(all);
  return absolute(parsed.data, dirname(source));
}

function readText(source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(source));
  } catch (error) {
    const message = error instanceof TypeError ? 'This is not UTF-8 text.' : 'This file cannot be read.';
    throw new BlueprintErrors([problem(source, message)]);
  }
}

function problem(source: string, message: string): BlueprintProblem {
  return { source, line: 1, column: 1, path: '', message };
}

function absolute({ tickets, knowledge, embeddings, ...file }: Written, folder: string): SuiteFile {
  const at = (path: string) => resolve(folder, path);
  return {
    ...file,
    realTickets: realTrackers.of(tickets, at),
    realKnowledge: realKnowledge.of(knowledge, at),
    ...(embeddings !== undefined && { embeddings: embeddingsEnvironment(embeddings, at) }),
    ...(file.data !== undefined && { data: at(file.data) }),
    ...(file.blueprints !== undefined && { blueprints: at(file.blueprints) }),
    ...(file.ledger !== undefined && { ledger: ledgerLocation(file.ledger, folder) }),
    ...(file.people !== undefined && { people: at(file.people) }),
    ...(file.webhooks !== undefined && { webhooks: at(file.webhooks) }),
    ...(file.sign_in !== undefined && { sign_in: withPaths(file.sign_in, at) }),
    ...(file.contents_keys !== undefined && { contents_keys: at(file.contents_keys) }),
    ...(file.github !== undefined && { github: withKeyPaths(file.github, at) }),
  };
}

function withKeyPaths(section: NonNullable<Written['github']>, at: (path: string) => string) {
  const { app_key: key, app_signer: signer } = section;
  return {
    ...section,
    ...(key !== undefined && { app_key: at(key) }),
    ...(signer !== undefined && { app_signer: `unix:${at(signer.slice('unix:'.length))}` }),
  };
}

import * as z from 'zod';

/** Where the embedded store of pages gets vectors from. */
export const embeddingsSection = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'This must be a URL, such as http://127.0.0.1:11434/v1/embeddings.' }),
  model: z.string().min(1),
  /** The path of a file. */
  key: z.string().min(1).optional(),
});

/** The same as settings of the knowledge server. @param at makes a path absolute */
export function embeddingsEnvironment(
  { url, model, key }: z.output<typeof embeddingsSection>,
  at: (path: string) => string,
): Readonly<Record<string, string>> {
  return {
    COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_URL: url,
    COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_MODEL: model,
    ...(key !== undefined && { COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_KEY_FILE: at(key) }),
  };
}

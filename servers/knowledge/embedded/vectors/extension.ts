import { AppError } from '#shared/errors.ts';

/** Where the library is that gives SQLite tables of vectors. Loaded by nothing else, and only where vectors are wanted. */
export async function vectorExtension(): Promise<string> {
  try {
    const { getLoadablePath } = await import('sqlite-vec');
    return getLoadablePath();
  } catch (error) {
    throw withoutExtension(error);
  }
}

/** Vectors are wanted where the library cannot be loaded. */
export function withoutExtension(cause: unknown): AppError {
  const machine = `${process.platform}-${process.arch}`;
  const message = `COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_URL: vectors need the package sqlite-vec, which cannot be loaded here (${machine}).`;
  const next = 'Install with the optional packages, on a machine that it is made for; or leave the variable out.';
  return new AppError('bad_configuration', message, { next, cause });
}

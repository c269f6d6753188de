import type { PersonKey } from './people.ts';

/** What one seeded commit puts at a path; null takes it away. */
export type SeedFile = string | Buffer | { executable: string } | { symlink: string } | null;

export type SeedCommit = { by: PersonKey; at: string; message: string; files: Record<string, SeedFile> };

/** One demo repository. All dates and contents are fixed, so that every forge has the same commit ids. */
export type SeedRepository = { id: number; name: string; description: string; commits: readonly SeedCommit[] };

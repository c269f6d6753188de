import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Forge } from './forge.ts';
import type { Pull } from './pulls.ts';
import { fullName, type Repository } from './repositories.ts';

const reviewSchema = z.strictObject({
  id: z.int().positive(),
  repository: z.string(),
  pull: z.int().positive(),
  /** The login of the account whose review it is. */
  by: z.string(),
  commit: z.string(),
  state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED']),
  submitted_at: z.iso.datetime(),
  body: z.string().default(''),
});
export type Review = z.output<typeof reviewSchema>;

/** Where a test, or a person, says who reviewed what. */
export const reviewsPath = (dataDir: string): string => join(dataDir, 'reviews.json');

/** Whoever writes to reviews.json gives and dismisses them; forge has no pages on which people could. Oldest first. */
export function reviewsOf(forge: Forge, repository: Repository, pull: Pull): Review[] {
  const name = fullName(repository).toLowerCase();
  return readAll(reviewsPath(forge.config.dataDir)).filter(
    (each) => each.repository.toLowerCase() === name && each.pull === pull.number,
  );
}

/** The last answer of each reviewer: a remark takes no answer back. */
export function latestOpinions(forge: Forge, repository: Repository, pull: Pull): Review[] {
  const answers = reviewsOf(forge, repository, pull).filter(({ state }) => state !== 'COMMENTED');
  return [...new Map(answers.map((each) => [each.by.toLowerCase(), each])).values()];
}

function readAll(path: string): Review[] {
  try {
    return z.array(reviewSchema).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

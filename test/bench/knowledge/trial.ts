import { readFileSync } from 'node:fs';
import type { Question } from './questions.ts';

/** What was found at a question: pages, best first; null where it failed. */
export type Answer = { readonly question: number; readonly ms: number; readonly pages: readonly number[] | null };

/** What came of one engine. */
export type Trial = {
  readonly name: string;
  /** How many passages were indexed in so many seconds; nulls where nothing was indexed. */
  readonly indexed: { readonly passages: number; readonly seconds: number } | null;
  readonly bytes: number | null;
  /** Resident memory at the end, in bytes. */
  readonly memory: number;
  readonly answers: readonly Answer[];
};

/** The questions of a language are asked for so long at most. */
const mostMs = 10_000;
/** And this long before any of them counts. */
const warmUpMs = 1_000;

/** Asks one question after the other, until there is no more time. */
export async function askAll(
  questions: readonly Question[],
  search: (text: string) => Promise<readonly number[]> | readonly number[],
): Promise<Answer[]> {
  const all = questions.map((question, at) => ({ question, at }));
  const answers: Answer[] = [];
  for (const language of ['en', 'ja'] as const) {
    const own = all.filter(({ question }) => question.language === language);
    for await (const _ of during(own.slice(0, 50), warmUpMs, search));
    for await (const answer of during(own, mostMs, search)) answers.push(answer);
  }
  return answers;
}

async function* during(
  questions: readonly { readonly question: Question; readonly at: number }[],
  most: number,
  search: (text: string) => Promise<readonly number[]> | readonly number[],
): AsyncGenerator<Answer> {
  const start = performance.now();
  for (const { question, at } of questions) {
    const from = performance.now();
    if (from - start > most) return;
    const pages = await Promise.resolve(search(question.text)).catch(() => null);
    yield { question: at, ms: performance.now() - from, pages };
  }
}

/** Resident memory of a process in bytes; Linux tells it. */
export function residentBytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

import { AppError } from '../errors.ts';
import type { Finding } from './report.ts';

/** Makes what is found of one thing. */
export function findings(about: string) {
  const make =
    (verdict: Finding['verdict']) =>
    (check: string, message: string, next?: string): Finding => ({
      ...{ about, check, verdict, message },
      ...(next !== undefined && { next }),
    });
  return { ok: make('ok'), advice: make('advice'), wrong: make('wrong'), unseen: make('unseen') };
}

/** The words of an error that were written for a reader, else these; nothing that a backend said. */
export function wordsOf(error: unknown, otherwise: string): { readonly message: string; readonly next?: string } {
  if (!(error instanceof AppError)) return { message: otherwise };
  return { message: error.message, ...(error.next !== undefined && { next: error.next }) };
}

import { reveal } from './reveal.ts';

/** An address that a person may follow and that reads as what it is; null for any other. */
export function linkOf(url: string): string | null {
  return /^https?:\/\//.test(url) && URL.canParse(url) && reveal(url) === url ? url : null;
}

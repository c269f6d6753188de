import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SignInLink } from './sign-in-links.ts';

/**
 * Hands a sign-in link to whoever started the server: as a line of JSON, or in a file that only its owner can read.
 * The link goes nowhere else; it is a key.
 */
export function announceSignIn(
  link: SignInLink,
  to: { readonly file: string | undefined; readonly print: (line: string) => void },
): void {
  if (to.file === undefined) {
    to.print(JSON.stringify({ sign_in: link.url, expires_at: link.expires_at }));
    return;
  }
  mkdirSync(dirname(to.file), { recursive: true, mode: 0o700 });
  const next = `${to.file}.${process.pid}.new`;
  writeFileSync(next, `${link.url}\n`, { mode: 0o600 });
  renameSync(next, to.file);
}

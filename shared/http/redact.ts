/**
 * What could be a credential: tokens of GitHub's forms, old ones too, JWTs, what stands in an `Authorization` header,
 * and the password of a URL.
 */
const secrets =
  /(?:gh[a-z]_|github_pat_|eyJ|\bv1\.(?=[0-9a-f]{20}))[\w.-]+|(?<=\b(?:basic|bearer|token) )[\w.~+/=-]{12,}|(?<=:\/\/[^\s/@]{0,100}:)[^\s/@]+(?=@)/gi;

/** Text of a backend for the log: bounded, and without anything that looks like a credential. */
export function redacted(text: string): string {
  return text.slice(0, 4000).replaceAll(secrets, '[secret]').slice(0, 2000);
}

/**
 * What is certainly a credential by its own form, of the kinds that CI writes most: one rule for each vendor's format and
 * none for what only looks random, which is mostly something else.
 */
const rules: readonly (readonly [kind: string, pattern: RegExp])[] = [
  [
    'private key',
    /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
  ],
  ['GitHub token', /\b(?:gh[a-z]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255})/g],
  ['GitLab token', /\bgl(?:pat|ptt|rt|dt|cbt)-[\w-]{20,64}/g],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}\b/g],
  ['PyPI token', /\bpypi-AgE[\w-]{50,1000}/g],
  ['AWS access key', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g],
  ['AWS secret key', /(?<=aws_?secret_?(?:access_?)?key\W{1,5})[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gi],
  ['Google key', /\bAIza[\w-]{35}/g],
  ['Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g],
  ['Slack webhook', /(?<=hooks\.slack\.com\/(?:services|workflows)\/)[\w/+-]{20,100}/g],
  ['Stripe key', /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,250}/g],
  ['Anthropic key', /\bsk-ant-[\w-]{20,250}/g],
  ['OpenAI key', /\bsk-(?:proj-|svcacct-|admin-)[\w-]{20,250}/g],
  ['JSON web token', /\beyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{8,2000}/g],
  [
    'authorization header',
    /(?<=\bauthorization["']?\s{0,3}[:=]\s{0,3}["']?(?:basic|bearer|token)\s{1,3})[\w.~+/=-]{8,4000}/gi,
  ],
  ['password in a URL', /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@:]{0,100}:)[^\s/@]{1,300}(?=@)/gi],
];

/** The text with `[redacted: KIND]` in the place of each credential that can be told by its form, and how many there were. */
export function redactSecrets(text: string): { readonly text: string; readonly count: number } {
  let count = 0;
  const clean = rules.reduce(
    (rest, [kind, pattern]) =>
      rest.replaceAll(pattern, () => {
        count += 1;
        return `[redacted: ${kind}]`;
      }),
    text,
  );
  return { text: clean, count };
}

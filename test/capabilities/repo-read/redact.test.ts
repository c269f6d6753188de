import { expect, test } from 'vitest';
import { redactSecrets } from '#capabilities/repo-read/redact.ts';

/** Put together here, so that nothing in this file looks like a credential to those who search for them. */
const some = (length: number): string => 'aB3dE6gH9'.repeat(Math.ceil(length / 9)).slice(0, length);

const secrets: readonly (readonly [before: string, secret: string, kind: string])[] = [
  ['GITHUB_TOKEN=', `ghp_${some(36)}`, 'GitHub token'],
  ['token: ', `github_pat_${some(60)}`, 'GitHub token'],
  ['', `glpat-${some(20)}`, 'GitLab token'],
  ['//registry.example/:_authToken=', `npm_${some(36)}`, 'npm token'],
  ['', `pypi-AgE${some(60)}`, 'PyPI token'],
  ['id ', `AKIA${'QWERTY234567ABCD'}`, 'AWS access key'],
  ['AWS_SECRET_ACCESS_KEY=', some(40), 'AWS secret key'],
  ['key=', `AIza${some(35)}`, 'Google key'],
  ['', `xoxb-${some(30)}`, 'Slack token'],
  ['https://hooks.slack.com/services/', `T0/B0/${some(24)}`, 'Slack webhook'],
  ['', `sk_live_${some(24)}`, 'Stripe key'],
  ['', `sk-ant-${some(40)}`, 'Anthropic key'],
  ['', `sk-proj-${some(40)}`, 'OpenAI key'],
  ['jwt ', `eyJ${some(20)}.eyJ${some(30)}.${some(20)}`, 'JSON web token'],
  ['Authorization: Basic ', some(24), 'authorization header'],
  ['git clone https://bot:', 'hunter2', 'password in a URL'],
];

test.each(secrets)('after %j leaves out %s', (before, secret, kind) => {
  const after = kind === 'password in a URL' ? '@git.example/x' : ' and on';
  expect(redactSecrets(`a\n${before}${secret}${after}`)).toEqual({
    text: `a\n${before}[redacted: ${kind}]${after}`,
    count: 1,
  });
});

test('leaves out a private key that was cut off', () => {
  const begun = ['-----BEGIN OPENSSH PRIVATE', ' KEY-----\nb3BlbnNza'].join('');
  expect(redactSecrets(`see ${begun}`)).toEqual({ text: 'see [redacted: private key]', count: 1 });
});

test.each([
  'commit 0123456789abcdef0123456789abcdef01234567',
  'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==',
  'Authorization: Bearer ***',
  'https://user@git.example/a:b@c',
  'ghs_short and npm_test and AKIA',
  'https://git.example:8080/a/b@c',
])('leaves %j as it is', (text) => {
  expect(redactSecrets(text)).toEqual({ text, count: 0 });
});

test('takes no time for a text made to take long', () => {
  const start = performance.now();
  for (const part of ['https://', 'eyJ', 'a://b', '-----BEGIN ', 'authorization: bearer ', 'aws_secret_key  ']) {
    redactSecrets(part.repeat(Math.ceil(200_000 / part.length)));
  }
  expect(performance.now() - start).toBeLessThan(10_000);
});

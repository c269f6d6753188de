import { expect, test } from 'vitest';
import { isLogHost } from '#servers/github/log-hosts.ts';
import { endpointsOf } from '#shared/github/endpoints.ts';

function allowed(base: string, url: string): boolean {
  const endpoints = endpointsOf(base);
  if (typeof endpoints === 'string') throw new Error(endpoints);
  return isLogHost(url, endpoints, ['logs.corp.example']);
}

const github = 'https://api.github.com';

test.each([
  [github, 'https://productionresultssa12.blob.core.windows.net/actions-results/x?sig=y'],
  [github, 'https://api.github.com/x'],
  [github, 'https://logs.corp.example/x'],
  ['https://git.corp.example', 'https://git.corp.example/_services/x'],
])('at %s a log is fetched from %s', (base, url) => {
  expect(allowed(base, url)).toBe(true);
});

test.each([
  [github, 'http://productionresultssa12.blob.core.windows.net/x'],
  [github, 'https://productionresultssa12.blob.core.windows.net.evil.example/x'],
  [github, 'https://evil.blob.core.windows.net/x'],
  [github, 'https://xproductionresultssa1.blob.core.windows.net/x'],
  [github, 'https://productionresultssa12.blob.core.windows.net:8443/x'],
  [github, 'https://a:b@productionresultssa12.blob.core.windows.net/x'],
  [github, 'https://sub.logs.corp.example/x'],
  [github, 'http://169.254.169.254/latest'],
  [github, 'file:///etc/passwd'],
  [github, 'no address'],
  ['https://git.corp.example', 'https://productionresultssa12.blob.core.windows.net/x'],
  ['https://git.corp.example', 'http://git.corp.example/x'],
])('at %s no log is fetched from %s', (base, url) => {
  expect(allowed(base, url)).toBe(false);
});

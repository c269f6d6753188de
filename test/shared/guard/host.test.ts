import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { hostGuard, hostSet, parseHost } from '#shared/guard/host.ts';

describe('parseHost', () => {
  it.each([
    ['example.org', 'example.org'],
    ['example.org:7101', 'example.org'],
    ['EXAMPLE.Org', 'example.org'],
    ['example.org.', 'example.org'],
    ['example.org.:80', 'example.org'],
    ['127.0.0.1:7101', '127.0.0.1'],
    ['[::1]:7101', '[::1]'],
    ['[::1]', '[::1]'],
    ['[0:0:0:0:0:0:0:1]', '[::1]'],
    ['[FD00::A]', '[fd00::a]'],
    ['my_service', 'my_service'],
  ])('reads %s as %s', (value, host) => {
    expect(parseHost(value)).toBe(host);
  });

  it.each([
    '',
    ' ',
    '.',
    '..',
    'example.org..',
    '.example.org',
    'example.org:',
    'example.org:http',
    'example.org:65536',
    'example.org:123456',
    'good.example, evil.example',
    'good.example evil.example',
    'user@good.example',
    'good.example/evil',
    'good.example\\evil',
    'good.example#',
    'good.example?',
    'http://good.example',
    '::1',
    '[::1',
    '::1]',
    '[::1]evil',
    '[fe80::1%25eth0]',
    '[:::]',
    '[good.example]',
    'good%2eexample',
    'gооd.example',
    'good.example\u0000',
    'good.example\n',
  ])('takes %j for no host', (value) => {
    expect(parseHost(value)).toBeUndefined();
  });

  it('leaves unusual notations of an address as they are, so that they equal no address on a list', () => {
    for (const written of ['127.1', '2130706433', '0x7f.0.0.1', '0177.0.0.1']) expect(parseHost(written)).toBe(written);
  });
});

describe('hostSet', () => {
  it('takes IPv6 with or without brackets and names in any case', () => {
    expect([...hostSet(['::1', '[fd00:0:0::1]', 'Example.ORG', 'fd00::2'])]).toEqual([
      '[::1]',
      '[fd00::1]',
      'example.org',
      '[fd00::2]',
    ]);
  });

  it.each(['localhost:7101', '127.0.0.1:80', '[::1]:80', '', '*', 'http://localhost', 'a b', '*.example.org'])(
    'refuses %j, which no request could match',
    (entry) => {
      expect(() => hostSet([entry])).toThrowError(expect.objectContaining({ code: 'bad_configuration' }));
    },
  );
});

describe('hostGuard', () => {
  const app = new Hono();
  app.use(hostGuard(['agents.internal', '::1']));
  app.get('/', (context) => context.text('in'));
  const ask = (host: string | undefined) => app.request('/', { headers: host === undefined ? {} : { host } });

  it.each(['agents.internal', 'Agents.Internal.:7101', '[::1]:7101'])('lets %s through', async (host) => {
    expect((await ask(host)).status).toBe(200);
  });

  it.each([
    undefined,
    '',
    'evil.example',
    'agents.internal.evil.example',
    'agents.internal, evil.example',
    '127.0.0.1',
  ])('answers %j with 403 and says nothing of what is allowed', async (host) => {
    const answer = await ask(host);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({
      error: {
        code: 'not_permitted',
        message: 'This server is not reached under that host name.',
        retryable: false,
      },
    });
  });

  it('comes before routing: a foreign host does not learn which paths exist', async () => {
    expect((await app.request('/nowhere', { headers: { host: 'evil.example' } })).status).toBe(403);
  });
});

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { assertFree, freeBasePort, placesOf } from '#servers/suite/ports.ts';
import { portsFrom, readSettings, type SuiteSettings } from '#servers/suite/settings.ts';

async function taken(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

it('names every port that is taken, and what wanted it', async () => {
  const [one, two] = [await taken(), await taken()];
  const places = [
    { what: 'forge', host: '127.0.0.1', port: one.port },
    { what: 'the console', host: '127.0.0.1', port: two.port },
    { what: 'github', host: '192.0.2.1', port: 7101 },
  ];
  await expect(assertFree(places)).rejects.toMatchObject({
    code: 'bad_configuration',
    message: [
      `Port ${one.port} of 127.0.0.1, wanted for forge, is already in use by another program.`,
      `Port ${two.port} of 127.0.0.1, wanted for the console, is already in use by another program.`,
      'Port 7101 of 192.0.2.1, wanted for github, is not an address of this machine.',
    ].join('\n'),
  });
});

it('waits for a port that is just about to come free', async () => {
  const { server, port } = await taken();
  const free = assertFree([{ what: 'forge', host: '127.0.0.1', port }], 10_000);
  server.close();
  await free;
});

it('looks at the ports of every listener', () => {
  const settings = readSettings({ basePort: 9000 });
  const listener = { agent: 'a', blueprint: 'b' };
  const listeners: SuiteSettings['listeners'] = [
    { ...listener, address: '127.0.0.1', servers: ['github', 'tickets'] },
    { ...listener, address: '127.0.0.2', servers: ['tickets'] },
  ];
  expect(placesOf({ ...settings, listeners }).map(({ host, port }) => `${host}:${port}`)).toEqual([
    '127.0.0.1:9000',
    '127.0.0.1:9001',
    '127.0.0.1:9002',
    '127.0.0.1:9004',
    '127.0.0.2:9002',
    '127.0.0.2:9004',
    '127.0.0.1:9100',
  ]);
});

it('finds a base from which on all ports are free', async () => {
  const base = await freeBasePort();
  await assertFree(Object.values(portsFrom(base)).map((port) => ({ what: 'it', host: '127.0.0.1', port })));
});

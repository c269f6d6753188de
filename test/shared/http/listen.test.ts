import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors.ts';
import { type Listening, type ListenOptions, listen } from '#shared/http/listen.ts';
import { isPrivateAddress } from '#shared/http/private-address.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close()));
});

async function start(options: Partial<ListenOptions> = {}): Promise<Listening> {
  const listening = await listen({ fetch: () => new Response('hello'), host: '127.0.0.1', port: 0, ...options });
  open.push(listening);
  return listening;
}

async function refusal(options: Partial<ListenOptions>): Promise<AppError> {
  const error = await start(options).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  expect(error.code).toBe('bad_configuration');
  return error;
}

describe('listen', () => {
  it('chooses a free port for 0 and says under which URL it answers', async () => {
    const { url, port } = await start();
    expect(port).toBeGreaterThan(0);
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(await (await fetch(url)).text()).toBe('hello');
  });

  it('keeps a host name in the URL, since that is what requests will name', async () => {
    const { url, port } = await start({ host: 'localhost' });
    expect(url).toBe(`http://localhost:${port}`);
    expect(await (await fetch(url)).text()).toBe('hello');
  });

  it('names host and port when another program has them', async () => {
    const { port } = await start();
    expect((await refusal({ port })).message).toBe(`127.0.0.1:${port} is already in use by another program.`);
  });

  it('says which address is not of this machine', async () => {
    expect((await refusal({ host: '10.254.254.254', port: 7101 })).message).toBe(
      '10.254.254.254:7101 is not an address of this machine.',
    );
  });

  it('says that a name cannot be resolved', async () => {
    expect((await refusal({ host: 'nowhere.invalid', port: 7101 })).message).toBe(
      'nowhere.invalid:7101: the host name cannot be resolved.',
    );
  });

  it('does not take an empty host for every address', async () => {
    expect((await refusal({ host: '' })).message).toBe('There is no host to listen on.');
  });

  it('refuses a port that is none', async () => {
    expect((await refusal({ port: 70_000 })).message).toBe('127.0.0.1:70000 cannot be listened on.');
  });

  it.each(['0.0.0.0', '::', '::ffff:0.0.0.0', '8.8.8.8', '2001:4860:4860::8888'])(
    'refuses to bind to %s, which the world could reach',
    async (host) => {
      const error = await refusal({ host });
      expect(error.message).toContain('can be reached from outside the private network');
      expect(error.next).toContain('require tokens');
    },
  );

  it('binds to a wildcard address when the caller vouches for it', async () => {
    const { port } = await start({ host: '0.0.0.0', allowPublic: true });
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('hello');
  });

  it('ends idle and silent connections at once and busy ones after the grace', async () => {
    let arrived = () => {};
    const busy = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const never = () => {
      arrived();
      return new Promise<Response>(() => {});
    };
    const { url, port, close } = await start({ fetch: never, graceMs: 20 });
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    const waiting = fetch(url).then(
      () => 'answered',
      () => 'ended',
    );
    await busy;
    await close();
    expect(await waiting).toBe('ended');
    silent.destroy();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('ends an open stream within seconds by default', async () => {
    const endless = () => new Response(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array([65])) }));
    const { url, close } = await start({ fetch: endless });
    const reader = (await fetch(url)).body?.getReader();
    await reader?.read();
    const began = performance.now();
    await close();
    expect(performance.now() - began).toBeLessThan(20_000);
    await expect(reader?.read()).rejects.toThrow();
  });

  it('lets a request in flight finish when it does so within the grace', async () => {
    const gate = Promise.withResolvers<Response>();
    const arrived = Promise.withResolvers<void>();
    const { url, close } = await start({
      graceMs: 5000,
      fetch: () => {
        arrived.resolve();
        return gate.promise;
      },
    });
    const answer = fetch(url, { headers: { connection: 'close' } });
    await arrived.promise;
    const closed = close();
    gate.resolve(new Response('just in time'));
    expect(await (await answer).text()).toBe('just in time');
    await closed;
  });

  it('can be closed twice', async () => {
    const { close } = await start();
    await close();
    await close();
  });
});

describe('isPrivateAddress', () => {
  it.each(['127.0.0.1', '127.8.8.8', '::1', '10.1.2.3', '172.31.255.255', '192.168.1.1', '169.254.1.1', '100.64.0.1'])(
    'takes %s for private',
    (address) => expect(isPrivateAddress(address)).toBe(true),
  );
  it.each(['fd12::1', 'fe80::1', '::ffff:10.0.0.1'])('takes %s for private', (address) =>
    expect(isPrivateAddress(address)).toBe(true),
  );
  it.each(['0.0.0.0', '::', '172.32.0.1', '192.169.0.1', '100.128.0.1', '1.1.1.1', '2001:db8::1', '::ffff:1.1.1.1'])(
    'takes %s for public',
    (address) => expect(isPrivateAddress(address)).toBe(false),
  );
});

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendEvent } from '#shared/ledger/events.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { onPostgres, postgresRaw, type Raw } from './engines.ts';

/** What a connection does that breaks at a commit. */
type Breaks = 'before the commit arrives' | 'before its answer comes' | 'and stays away';

/** A way to the database that can be told to break. */
type Way = { readonly url: string; breaks: Breaks | null; readonly close: () => void };

async function wayTo(url: string): Promise<Way> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-way-'));
  const real = decodeURIComponent(/host=(.*)$/.exec(url)?.[1] ?? '');
  const sockets = new Set<Socket>();
  const way: Way = {
    url: url.replace(/host=.*$/, `host=${encodeURIComponent(dir)}`),
    breaks: null,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  const server: Server = createServer((client) => {
    const backend = connect(join(real, '.s.PGSQL.5432'));
    const end = (): void => {
      client.destroy();
      backend.destroy();
    };
    for (const socket of [client, backend]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', end);
    }
    let answers = true;
    client.on('data', (data: Buffer) => {
      if (way.breaks !== null && data.includes('commit\0')) {
        if (way.breaks === 'before the commit arrives') {
          way.breaks = null;
          return end();
        }
        answers = false;
      }
      backend.write(data);
    });
    backend.on('data', (data: Buffer) => {
      if (answers) return void client.write(data);
      if (way.breaks === 'and stays away') server.close();
      way.breaks = null;
      end();
    });
  });
  server.listen(join(dir, '.s.PGSQL.5432'));
  await once(server, 'listening');
  return way;
}

onPostgres((server) => {
  let raw: Raw;
  let way: Way;
  let ledger: Ledger;
  beforeEach(async () => {
    raw = await postgresRaw(server());
    way = await wayTo(raw.location);
    ledger = await openLedger(way.url);
  });
  afterEach(async () => {
    await ledger.close();
    way.close();
    await raw.close();
  });

  const record = () =>
    ledger.write(async (tx) => {
      const actor = { kind: 'server', server: 'test' } as const;
      await appendEvent(tx, { at: '', type: 'x', changeId: null, actor, body: {} });
      return 'kept';
    });
  const count = async (): Promise<number> => Number(await raw.get('select count(*) from events'));

  test('a commit whose answer is lost is looked up, and was kept', async () => {
    way.breaks = 'before its answer comes';
    expect(await record()).toBe('kept');
    expect(await count()).toBe(1);
  });

  test('a commit that never arrived is looked up, and nothing was kept', async () => {
    way.breaks = 'before the commit arrives';
    await expect(record()).rejects.toMatchObject({
      code: 'ledger_unavailable',
      message: expect.stringContaining('nothing was done'),
    });
    expect(await count()).toBe(0);
  });

  test('a commit that nobody can be asked about is said to be in doubt', async () => {
    way.breaks = 'and stays away';
    await expect(record()).rejects.toMatchObject({
      code: 'ledger_unavailable',
      message: expect.stringContaining('may or may not be there'),
    });
    expect(await count()).toBe(1);
  });
});

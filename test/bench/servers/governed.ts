import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repoCapabilities } from '#capabilities/index.ts';
import { callRecord } from '#shared/changes/call-record.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { listen } from '#shared/http/listen.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { faceApp } from '#shared/mcp/face.ts';
import { runServer } from '#shared/process/run-server.ts';
import { repoSponsors } from '#test/fakes/sponsors.ts';
import { limitlessBlueprint } from '../blueprint.ts';
import { benchRepository } from './repository.ts';

/** The face of the GitHub server as agents reach it, over a repository in memory. */
await runServer('governed', async (log) => {
  const ledger = await openLedger(join(mkdtempSync(join(tmpdir(), 'governed-')), 'ledger.db'));
  const blueprint = limitlessBlueprint();
  const now = (): Date => new Date();
  const calls = callRecord({ ledger, now, onProblem: (error) => log('calls are not on record', { error }) });
  const permissions = repoSponsors();
  const reader = benchRepository().reader();
  const app = faceApp({
    context: {
      tools: toolbox(repoCapabilities),
      server: 'github',
      backend: 'https://git.example',
      sponsors: permissions.sponsors,
      ledger,
      readerFor: () => reader,
      now,
    },
    blueprint: () => blueprint,
    owner: { agent: blueprint.agent, blueprint: blueprint.name },
    calls,
    title: 'governed',
    version: '1.0.0',
    instructions: '',
    reviewUrl: 'http://127.0.0.1:7200',
    allowedHosts: ['127.0.0.1', 'localhost'],
    maxBodyBytes: 10 * 1024 * 1024,
    onError: (error, id) => log('a call failed', { id, error }),
  });
  const { url, close } = await listen({ fetch: app.fetch, host: '127.0.0.1', port: 0 });
  return { ready: { url: `${url}/mcp` }, close: () => close().then(calls.close).then(ledger.close) };
});

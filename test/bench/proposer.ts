import { repoCapabilities } from '#capabilities/index.ts';
import { type Proposed, propose } from '#shared/changes/propose.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { limitlessBlueprint } from './blueprint.ts';
import { benchRepository } from './servers/repository.ts';

/** Proposes one pull request after the other, each on a branch of its own, over a repository in memory. */
export function proposer(ledger: Ledger): () => Promise<Proposed> {
  const blueprint = limitlessBlueprint();
  const tools = toolbox(repoCapabilities);
  const now = (): Date => new Date();
  const reader = benchRepository().reader();
  const context = { tools, reader, server: 'github', backend: 'https://git.example', now, ledger };
  const found = tools.find('propose_pull_request');
  if (found?.tool.kind !== 'write') throw new Error('There is no such tool.');
  const { tool, capability } = found;
  let made = 0;
  return () => {
    made += 1;
    const files = [{ path: `docs/bench-${made}.md`, content: `# Measured\n\nNumber ${made}.\n` }];
    const args = { repository: 'acme/web', branch: `agent/bench-${made}`, title: 'One', reason: 'to measure', files };
    return propose(context, blueprint, { tool, capability }, args);
  };
}

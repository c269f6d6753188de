import { repoCapabilities } from '#capabilities/index.ts';
import type { Review } from '#shared/blueprints/blueprint.ts';
import { type Proposed, propose } from '#shared/changes/propose.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { repoSponsors } from '#test/fakes/sponsors.ts';
import { limitlessBlueprint } from './blueprint.ts';
import { benchRepository } from './servers/repository.ts';

/** To which branch one goes, and who decides it; whoever is at this machine unless given. */
type Asked = { readonly branch: string; readonly review?: Review };

const ownBranch = (made: number): Asked => ({ branch: `agent/bench-${made}` });

/** Proposes one pull request after the other over a repository in memory, each to a branch of its own unless asked. */
export function proposer(ledger: Ledger, askedOf: (made: number) => Asked = ownBranch): () => Promise<Proposed> {
  const blueprint = limitlessBlueprint();
  const tools = toolbox(repoCapabilities);
  const now = (): Date => new Date();
  const reader = benchRepository().reader();
  const at = { server: 'github', backend: 'https://git.example', sponsors: repoSponsors().sponsors };
  const context = { tools, readerFor: () => reader, ...at, now, ledger };
  const found = tools.find('propose_pull_request');
  if (found?.tool.kind !== 'write') throw new Error('There is no such tool.');
  const { tool, capability } = found;
  let made = 0;
  return () => {
    made += 1;
    const { branch, review = blueprint.review } = askedOf(made);
    const files = [{ path: `docs/bench-${made}.md`, content: `# Measured\n\nNumber ${made}.\n` }];
    const args = { repository: 'acme/web', branch, title: 'One', reason: 'to measure', files };
    return propose(context, { ...blueprint, review }, { tool, capability }, args);
  };
}

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '#servers/knowledge/embedded/store/store.ts';
import { agentOf } from '#test/e2e/people.ts';
import { startTestSuite } from '#test/e2e/suite.ts';
import { namespace } from './engines/embedded.ts';
import { wanted } from './engines/engine.ts';
import type { Question } from './questions.ts';
import { askAll, residentBytes, type Trial } from './trial.ts';

const blueprint = `
blueprint: bench
goal: Measure.
agent: bench-agent
sponsor: operator
callers:
  - listener: 127.0.0.1
capabilities:
  knowledge-read: { namespaces: [${namespace}] }
  repo-read: { repositories: [acme/storefront] }
limits: { reads_per_minute: 60000 }
`;

/**
 * The same knowledge base behind its server, as an agent asks it by search_pages: over HTTP, with every check, and on record
 * in the ledger. @param path the file, which another process has filled
 */
export async function overMcp(path: string, questions: readonly Question[]): Promise<Trial> {
  const pageOf = pagesIn(path);
  const suite = await startTestSuite({ blueprints: { 'bench.yaml': blueprint } });
  try {
    mkdirSync(join(suite.data, 'knowledge'), { mode: 0o700 });
    copyFileSync(path, join(suite.data, 'knowledge', 'knowledge.db'));
    await suite.start('knowledge');
    const agent = await agentOf(suite.mcpUrl('knowledge'));
    const answers = await askAll(questions, async (query) => {
      const { pages } = await agent.call('search_pages', { query, limit: wanted });
      return pages.map(({ page }: { page: string }) => pageOf.get(page) ?? -1);
    });
    await agent.close();
    const memory = residentBytes(suite.server('knowledge').pid);
    return { name: 'Countersign, over MCP', indexed: null, bytes: null, memory, answers };
  } finally {
    await suite.stop();
  }
}

/** The place in the corpus of each page, by its id. */
function pagesIn(path: string): ReadonlyMap<string, number> {
  const store = openStore({ path, fill: () => {}, now: Date.now });
  const rows = store.all<{ ref: string; path: string }>('select ref, path from page');
  store.close();
  return new Map(rows.map((row) => [row.ref, Number(row.path)]));
}

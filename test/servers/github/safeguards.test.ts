import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allCapabilities, repoCapabilities } from '#capabilities/index.ts';
import { arrangementPath } from '#servers/forge/arrangement.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { propose } from '#shared/changes/propose.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { Secret } from '#shared/http/secret.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { newSqliteLedger } from '#test/fakes/new-ledger.ts';
import { repoSponsors } from '#test/fakes/sponsors.ts';
import { appKeys, runForge, type TestForge } from '../forge/kit.ts';
import { connect } from './connect.ts';

const repository = 'acme/storefront';
let folder: string;
let forge: TestForge;
let ledger: Ledger;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'safeguards-'));
  forge = await runForge({ appId: 1 });
  await newSqliteLedger(join(folder, 'ledger.db'));
  ledger = await openLedger(join(folder, 'ledger.db'));
});
afterAll(async () => {
  await ledger.close();
  await forge.close();
  rmSync(folder, { recursive: true });
});

const pem = new Secret(appKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());

/** Proposes with a reader that has seen nothing yet. */
async function proposed(requires: object, tool: string, args: object) {
  const text = JSON.stringify({
    ...{ blueprint: 'one', goal: 'g', agent: 'a', sponsor: 's', callers: [{ listener: '127.0.0.1' }] },
    capabilities: {
      'repo-read': { repositories: [repository] },
      'repo-write': { repositories: [repository], base: ['main'], branches: ['agents/*'], requires },
    },
  });
  const blueprint = parseBlueprint({ text, source: 'one.yaml', capabilities: allCapabilities });
  const tools = toolbox(repoCapabilities);
  const found = tools.find(tool);
  if (found?.tool.kind !== 'write') throw new Error(`${tool} is no write tool`);
  const { reader } = connect(forge.url, { appKey: { pem } });
  const { sponsors } = repoSponsors();
  const context = {
    tools,
    sponsors,
    server: 'github',
    backend: forge.url,
    ledger,
    readerFor: () => reader,
    now: () => new Date(),
  };
  const granted = { tool: found.tool, capability: found.capability };
  return propose(context, blueprint, granted, { repository, reason: 'r', ...args });
}

const open = (branch: string) => ({ branch, title: 'T', files: [{ path: 'docs/new.md', content: 'x\n' }] });

test('a change is sealed with what holds the default branch, and flagged by it', async () => {
  writeFileSync(
    arrangementPath(forge.config.dataDir),
    JSON.stringify({ rules: { [repository]: [{ type: 'deletion' }] } }),
  );
  const { changeId } = await proposed({ no_deletion: true }, 'propose_pull_request', open('agents/flagged'));
  const kept = await findSealed(ledger.db, changeId);
  const { body } = unseal(kept ?? expect.unreachable('it has no plan'));
  expect(body.flags).toEqual([
    {
      code: 'base_unprotected',
      message:
        'main, the default branch of acme/storefront, can be written without a pull request, and can be overwritten by a force push.',
    },
  ]);
  expect(body.plan).toMatchObject({ repository: { safeguards: { noDeletion: true, pullRequests: false } } });
});

test('a change that a blueprint does not want so is refused, and it is said what a person has to switch on', async () => {
  writeFileSync(arrangementPath(forge.config.dataDir), JSON.stringify({}));
  const wanted = { pull_requests: true, signatures: true };
  await expect(proposed(wanted, 'propose_pull_request', open('agents/refused'))).rejects.toMatchObject({
    code: 'not_permitted',
    message: 'main of acme/storefront is not as this blueprint requires; it lacks a rule that wants signed commits.',
    next: expect.stringContaining('"Require signed commits"'),
  });
  // What is not there is answered first, so that nothing is told of it.
  await expect(proposed(wanted, 'comment_on_pull_request', { number: 99, body: 'x' })).rejects.toMatchObject({
    code: 'not_found',
  });
});

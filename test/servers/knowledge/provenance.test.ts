import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allCapabilities, knowledgeCapabilities } from '#capabilities/index.ts';
import type { KnowledgeAsk, KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import { withProvenance } from '#servers/knowledge/provenance.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { decide } from '#shared/changes/decide.ts';
import { executeApproved } from '#shared/changes/execute.ts';
import type { ExecutorContext } from '#shared/changes/executor-context.ts';
import { openSigningKey, publishKey, readVerificationKeys } from '#shared/changes/keys.ts';
import { redeemPermit } from '#shared/changes/permit.ts';
import { planRestore } from '#shared/changes/plan-restore.ts';
import { propose } from '#shared/changes/propose.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { takeLease } from '#shared/ledger/leases.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { insertReads } from '#shared/ledger/reads.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { alice } from '#test/fakes/notes-kit.ts';
import { knowledgeSponsors } from '#test/fakes/sponsors.ts';
import { newLedger } from './ledger.ts';

const blueprint = parseBlueprint({
  text: `blueprint: writer
goal: Write pages.
agent: page-bot
sponsor: alice
callers: [{ listener: 127.0.0.1 }]
capabilities:
  knowledge-read: { namespaces: [handbook] }
  knowledge-write: { namespaces: [handbook] }
`,
  source: 'writer.yaml',
  capabilities: allCapabilities,
});
const tools = toolbox(knowledgeCapabilities);
const list = { limit: 20 };

/** Everything between an agent and a place that keeps no provenance: it says of all that was written that the account did. */
async function start() {
  const { ledger, folder } = await newLedger();
  const key = openSigningKey(join(folder, 'key.pem'));
  publishKey(join(folder, 'keys.json'), key);
  const wiki = new FakeKnowledge({ quarantine: false });
  const reader = withProvenance(wiki.reader(), ledger.db, 'knowledge');
  const place = { tools, server: 'knowledge', backend: 'https://wiki.example', ledger, now: () => new Date() };
  const context: ExecutorContext<KnowledgeReader, KnowledgeWriter, KnowledgeAsk, KnowledgeTarget> = {
    ...{ ...place, sponsors: knowledgeSponsors().sponsors, readerFor: () => reader, approvers: {} },
    ...{ keys: () => readVerificationKeys(join(folder, 'keys.json')), executor: 'executor-1', leaseMs: 30_000 },
    blueprint: () => blueprint,
    blueprints: () => [blueprint],
    door: {
      open: async (permit) => {
        redeemPermit(permit);
        const { write } = wiki.writer();
        const own = { agent: null, session: null, trust: 'trusted' } as const;
        return { write: (wanted, mark, origin) => write(wanted, mark, { ...origin, ...own }) };
      },
      done: async () => {},
    },
  };
  const carriedOut = async (name: string, args: object): Promise<string> => {
    const found = tools.find(name);
    if (found?.tool.kind !== 'write') throw new Error(`no write tool ${name}`);
    const granted = { tool: found.tool, capability: found.capability };
    const { changeId } = await propose(context, blueprint, granted, { reason: 'because', ...args });
    return approved(changeId);
  };
  /** A person puts changes back as one. */
  const putBack = async (id: string, ...also: [] | [string, ...string[]]): Promise<string> => {
    const request = { change_id: id, ...(also.length > 0 && { also }), choice: 'untouched', reason: 'No.' } as const;
    const asked = await requestRestore({ ledger, now: context.now }, { person: alice }, request);
    await planRestore(context, asked);
    return approved(asked);
  };
  const approved = async (changeId: string): Promise<string> => {
    const seal = (await findSealed(ledger.db, changeId))?.seal ?? '';
    const said = { verb: 'approve', approver: alice, reason: 'yes' } as const;
    await decide({ ledger, key, now: context.now }, { changes: [{ changeId, seal }], ...said });
    const now = Date.now();
    const lease = { id: changeId, status: 'approved', executor: context.executor, now, until: now + 30_000 } as const;
    await ledger.write((tx) => takeLease(tx, lease));
    await executeApproved(context, changeId);
    expect((await findChange(ledger.db, changeId))?.status).toBe('applied');
    return changeId;
  };
  /** The agent reads what anybody may have written. */
  const readsPoison = async () => {
    const at = new Date().toISOString();
    const told = [{ thing: 'ticket:7', name: 'WEB-7', revision: null, rank: null, trust: 'untrusted' }] as const;
    const read = {
      server: 'tickets',
      tool: 'get_ticket',
      agent: 'page-bot',
      blueprint: 'writer',
      event: 'a'.repeat(64),
    };
    await ledger.write((tx) => insertReads(tx, [{ ...read, first: at, at, told }]));
  };
  return { wiki, carriedOut, putBack, readsPoison, reader };
}

const byAgent = { kind: 'agent', agent: 'page-bot', sponsor: 'alice', trust: 'trusted', quarantined: false };
const byPerson = { kind: 'person', agent: null, trust: 'trusted' };

describe('what the ledger knows of a page whose backend does not', () => {
  test('is whose change each revision comes from, and which are of people', async () => {
    const { wiki, carriedOut, reader } = await start();
    const id = wiki.add('handbook', { title: 'Rules', text: 'One.\n' });
    const { revision } = await wiki.page(id);
    const change = await carriedOut('update_page', { page: id, expected_version: revision.id, text: 'Two.\n' });
    const session = { from: expect.any(String), to: expect.any(String) };
    const page = await wiki.page(id);
    expect((await reader.page(id))?.revision.provenance).toMatchObject({ ...byAgent, source: change, session });
    const { items } = await reader.search({ within: [{ namespace: 'handbook', under: null }], text: 'two' }, list);
    expect(items).toMatchObject([{ provenance: { ...byAgent, source: change } }]);
    expect((await reader.past(page, { revision: page.revision.id }))?.revision.provenance).toMatchObject(byAgent);
    expect((await reader.pastPages(page.namespace, null, list)).items).toMatchObject([
      { revision: { provenance: byAgent } },
    ]);
    wiki.edit(id, { text: 'Three.\n' });
    expect((await reader.page(id))?.revision.provenance).toMatchObject(byPerson);
    const history = (await reader.history(page, list)).items.map(({ provenance: { kind, source } }) => [kind, source]);
    expect(history).toEqual([
      ['person', null],
      ['agent', change],
      ['person', null],
    ]);
  });

  test('is that an agent had read what anybody may have written, of its pages and comments', async () => {
    const { carriedOut, readsPoison, reader, wiki } = await start();
    const id = wiki.add('handbook', { title: 'Rules', text: 'One.\n' });
    const page = await wiki.page(id);
    await carriedOut('comment_on_page', { page: id, body: 'Before.' });
    await readsPoison();
    await carriedOut('comment_on_page', { page: id, body: 'After.' });
    await carriedOut('update_page', { page: id, expected_version: page.revision.id, text: 'Two.\n' });
    expect((await reader.page(id))?.revision.provenance).toMatchObject({ ...byAgent, trust: 'untrusted' });
    const comments = (await reader.comments(page, list)).items;
    expect(comments.map(({ body, provenance: { agent, trust } }) => [body.text, agent, trust])).toEqual([
      ['After.', 'page-bot', 'untrusted'],
      ['Before.', 'page-bot', 'trusted'],
    ]);
    const [child] = (await reader.children(page.namespace, null, list)).items;
    expect(child).toMatchObject({ id, trust: 'untrusted' });
    const other = await wiki.page(wiki.add('handbook', { title: 'Other', text: `See [it](page:${id}).\n` }));
    expect((await reader.links(other)).to).toMatchObject([{ id, trust: 'untrusted' }]);
    const [last] = comments;
    expect((await reader.comment(page, last?.id ?? ''))?.provenance).toMatchObject({ trust: 'untrusted' });
  });

  test('is that words which a person puts back are worth what they were before, and no more', async () => {
    const { carriedOut, putBack, readsPoison, reader, wiki } = await start();
    const id = wiki.add('handbook', { title: 'Rules', text: 'One.\n' });
    const trust = async () => (await reader.page(id))?.revision.provenance.trust;
    const write = async (more: object) => {
      const expected_version = (await wiki.page(id)).revision.id;
      return carriedOut('update_page', { page: id, expected_version, ...more });
    };
    await write({ text: 'Two.\n' });
    await readsPoison();
    const poisoned = await write({ text: 'Poison.\n' });
    const undone = await putBack(poisoned);
    expect([(await wiki.page(id)).body.text, await trust()]).toEqual(['Two.\n', 'trusted']);
    const redone = await putBack(undone);
    expect([(await wiki.page(id)).body.text, await trust()]).toEqual(['Poison.\n', 'untrusted']);
    expect((await reader.page(id))?.revision.provenance).toMatchObject({ kind: 'person', agent: null, source: redone });
    expect((await reader.children((await wiki.page(id)).namespace, null, list)).items).toMatchObject([
      { id, trust: 'untrusted' },
    ]);
    // The title alone goes back: the text that stays is the agent's.
    const titled = await write({ title: 'Other' });
    await putBack(titled);
    expect(await wiki.page(id)).toMatchObject({ title: 'Rules', body: { text: 'Poison.\n' } });
    expect(await trust()).toBe('untrusted');
  });

  test('is that a page or comment which a person brings out again is what it was', async () => {
    const { carriedOut, putBack, readsPoison, reader, wiki } = await start();
    await readsPoison();
    const made = await carriedOut('create_page', { namespace: 'handbook', title: 'Poison', text: 'One.\n' });
    const namespace = await reader.namespace('handbook');
    const [page] = namespace === null ? [] : (await reader.children(namespace, null, list)).items;
    const id = page?.id ?? '';
    const said = await carriedOut('comment_on_page', { page: id, body: 'Poison.' });
    const comments = async () => (await reader.comments(await wiki.page(id), list)).items;
    const withdrawal = await putBack(said);
    expect(await comments()).toMatchObject([{ body: { text: 'This comment was withdrawn.' } }]);
    await putBack(withdrawal);
    expect(await comments()).toMatchObject([{ body: { text: 'Poison.' }, provenance: { trust: 'untrusted' } }]);
    await putBack(await putBack(made));
    expect(await reader.page(id)).toMatchObject({
      trashed: false,
      revision: { provenance: { trust: 'untrusted' } },
    });
  });
});

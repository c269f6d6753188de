import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, agentOf, type Person, patienceMs, personOf } from './people.ts';
import { startTestSuite, type TestSuite, writesAmong } from './suite.ts';

let suite: TestSuite;
let agent: Agent;
let person: Person;
let ledger: Database.Database;

beforeAll(async () => {
  suite = await startTestSuite();
  agent = await agentOf(suite.mcpUrl('github'));
  person = personOf(suite);
  ledger = new Database(join(suite.data, 'ledger.db'), { timeout: 10_000 });
});
afterAll(async () => {
  ledger.close();
  await agent.close();
  await suite.stop();
});

/** An attacker who can write the file can also drop what guards it; a server that starts puts it back. */
function dropTriggers(): void {
  const triggers = ledger.prepare("select name from sqlite_master where type = 'trigger'").pluck().all();
  for (const name of triggers) ledger.exec(`drop trigger "${name}"`);
}

let count = 0;

async function proposed(): Promise<string> {
  count += 1;
  const { change_id: id } = await agent.call('propose_pull_request', {
    repository: 'acme/storefront',
    branch: `agent/tamper-${count}`,
    title: 'Something harmless',
    reason: 'because',
    // Contents are kept once whoever needs them: each change has some of its own, so that damage stays with it.
    files: [{ path: 'docs/harmless.md', content: `harmless ${count}\n` }],
  });
  return id;
}

/** The state in which a change ends, read from the ledger itself: what was edited the console may refuse to show. */
async function endOf(id: string): Promise<string> {
  const status = ledger.prepare('select status from changes where id = ?').pluck();
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const now = status.get(id) as string;
    if (now !== 'approved' && now !== 'dispatched') return now;
    if (performance.now() > deadline) throw new Error(`${id} is still ${now}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Approves a change, tampers while the executor is frozen, and answers how it ended. */
async function approvedAndTampered(id: string, tamper: () => void): Promise<string> {
  const { pid } = suite.server('github');
  // Whoever has the write lock knows that the executor does not freeze with it.
  ledger.exec('begin immediate');
  process.kill(pid, 'SIGSTOP');
  ledger.exec('commit');
  const writes = writesAmong(suite.requests()).length;
  try {
    await person.approve(id);
    dropTriggers();
    tamper();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  const status = await endOf(id);
  expect(writesAmong(suite.requests())).toHaveLength(writes);
  return status;
}

describe('a ledger that somebody edited', () => {
  it.each([
    ['a path', 'docs/harmless.md', 'docs/harmful.md'],
    ['the reason', 'because', 'BECAUSE'],
    ['the title', 'Something harmless', 'Something harmful!'],
    ['the quorum', '"quorum":1', '"quorum":0'],
    ['a digest of contents', '"sha256":"', '"sha256":"0'],
  ])('is not carried out when %s of the sealed body differs', async (_what, from, to) => {
    const id = await proposed();
    const status = await approvedAndTampered(id, () => {
      const edit = ledger.prepare('update sealed set body = replace(body, ?, ?) where change_id = ?');
      expect(edit.run(from, to, id).changes).toBe(1);
    });
    expect(status).toBe('revoked');
  });

  it('is not carried out when the seal was made anew over the edited body', async () => {
    const id = await proposed();
    const status = await approvedAndTampered(id, () => {
      const body = ledger.prepare('select body from sealed where change_id = ?').pluck().get(id) as string;
      const edited = body.replace('Something harmless', 'Something harmful!');
      const seal = createHash('sha256').update(edited).digest('hex');
      ledger.prepare('update sealed set body = ?, seal = ? where change_id = ?').run(edited, seal, id);
      ledger.prepare('update decisions set seal = ? where change_id = ?').run(seal, id);
    });
    expect(status).toBe('revoked');
  });

  it('is not carried out when the decision is signed with another key', async () => {
    const id = await proposed();
    const status = await approvedAndTampered(id, () => {
      const envelope = JSON.parse(
        ledger.prepare('select envelope from decisions where change_id = ?').pluck().get(id) as string,
      );
      const { privateKey } = generateKeyPairSync('ed25519');
      const type: string = envelope.payloadType;
      const payload = Buffer.from(envelope.payload, 'base64');
      const signed = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
      envelope.signatures[0].sig = sign(null, signed, privateKey).toString('base64');
      ledger.prepare('update decisions set envelope = ? where change_id = ?').run(JSON.stringify(envelope), id);
    });
    expect(status).toBe('revoked');
  });

  it('is not carried out when the snapshot of the state before was edited', async () => {
    const id = await proposed();
    const status = await approvedAndTampered(id, () => {
      ledger.prepare("update snapshots set body = replace(body, 'main', 'mean') where change_id = ?").run(id);
    });
    expect(status).toBe('revoked');
  });

  it('is not carried out when only its columns say that it was approved', async () => {
    const id = await proposed();
    const writes = writesAmong(suite.requests()).length;
    dropTriggers();
    ledger.prepare("update changes set status = 'approved' where id = ?").run(id);
    expect(await endOf(id)).toBe('revoked');
    expect(writesAmong(suite.requests())).toHaveLength(writes);
  });

  it('is not carried out with a decision that was made for another change of the same content', async () => {
    const signed = await proposed();
    await person.carryOut(signed);
    const id = await proposed();
    const writes = writesAmong(suite.requests()).length;
    const { seal } = ledger.prepare('select seal from sealed where change_id = ?').get(id) as { seal: string };
    dropTriggers();
    ledger.exec('begin immediate');
    ledger
      .prepare(
        `insert into decisions (change_id, verb, issuer, subject, seal, decided_at, expires_at, envelope)
         select ?, verb, issuer, subject, ?, decided_at, expires_at, envelope from decisions where change_id = ?`,
      )
      .run(id, seal, signed);
    ledger.prepare("update changes set status = 'approved' where id = ?").run(id);
    ledger.exec('commit');
    expect(await endOf(id)).toBe('revoked');
    expect(writesAmong(suite.requests())).toHaveLength(writes);
  });

  it('is not carried out with contents that are not what their digest says', async () => {
    const id = await proposed();
    const status = await approvedAndTampered(id, () => {
      const edit = ledger.prepare(
        `update content_chunks set encoding = 'raw', data = ? where sha256 in (select sha256 from content_uses where change_id = ?)`,
      );
      expect(edit.run(Buffer.from('harmful!\n'), id).changes).toBe(1);
    });
    expect(status).toBe('revoked');
  });
});

import { Buffer } from 'node:buffer';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { sendTiming } from '#servers/approvals/webhooks/backoff.ts';
import { messageOf } from '#servers/approvals/webhooks/message.ts';
import { readReceivers } from '#servers/approvals/webhooks/settings.ts';
import { readSecrets, signatureHeaders } from '#servers/approvals/webhooks/sign.ts';
import { slackText } from '#servers/approvals/webhooks/slack.ts';
import { movedAfter } from '#shared/ledger/moved.ts';
import { findReceiver } from '#shared/ledger/receivers.ts';
import { run } from '../cli/run.ts';
import { type Body, startSuite } from './kit.ts';

type Got = { readonly headers: IncomingHttpHeaders; readonly text: string; readonly body: Body };

/** A receiver that answers as it is told to, and keeps what it was sent. */
async function listening(answer: () => number = () => 204) {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    const sent = await text(request);
    got.push({ headers: request.headers, text: sent, body: JSON.parse(sent) });
    const status = answer();
    response.writeHead(status, status === 307 ? { location: '/elsewhere' } : {}).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { got, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function folder(files: Readonly<Record<string, string>>): (name: string) => string {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-webhooks-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content, { mode: 0o600 });
  return (name) => join(dir, name);
}

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const patience = { timeout: 15_000 };
const soon = { ...sendTiming, leastMs: 20, mostMs: 40, othersMs: 20, timeoutMs: 5_000 };

/** As a receiver checks a message, with what the specification says. */
function isSignedBy(secret: string, { headers, text: sent }: Got): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${sent}`;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const wanted = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(wanted);
}

describe('webhooks', () => {
  test('tell a runner of its changes in order, signed with each secret, and people in their channel', async () => {
    const [runner, channel] = [await listening(), await listening()];
    const [older, newer] = [newSecret(), newSecret()];
    const at = folder({ secrets: `${newer}\n${older}\n`, channel: `${channel.origin}/services/T0/B0/secret\n` });
    writeFileSync(
      at('webhooks.yaml'),
      `allow: ["${runner.origin}", "${channel.origin}"]
receivers:
  one-runner: { to: runner, url: "${runner.origin}/hook", secrets: ./secrets, blueprints: [one, gone] }
  people: { to: slack, url_file: ./channel }
`,
    );
    const suite = await startSuite({ sending: soon, environment: { COUNTERSIGN_WEBHOOKS: at('webhooks.yaml') } });
    suite.work();
    await vi.waitFor(async () => expect(await findReceiver(suite.ledger.db, 'one-runner')).toBeDefined(), patience);
    await vi.waitFor(async () => expect(await findReceiver(suite.ledger.db, 'people')).toBeDefined(), patience);
    await suite.proposeNote('theirs', { id: 'b', agent: 'two' });
    const id = await suite.proposeNote('A secret text.');
    const { seal } = (await suite.ask(`/api/changes/${id}`)).body;
    await suite.ask(`/api/changes/${id}/decision`, { body: { decision: 'approve', seal, reason: 'Fine.' } });

    await vi.waitFor(() => expect(runner.got.at(-1)?.body.status).toBe('applied'), patience);
    expect(runner.got.map(({ body }) => [body.change_id, body.type])).toEqual([
      [id, 'change.pending'],
      [id, 'change.approved'],
      [id, 'change.applied'],
    ]);
    expect(runner.got[0]?.body).toEqual({
      id: runner.got[0]?.headers['webhook-id'],
      type: 'change.pending',
      at: expect.any(String),
      change_id: id,
      status: 'pending_approval',
      summary: 'Set a',
      link: `${suite.consoleUrl}/changes/${id}`,
    });
    for (const got of runner.got) for (const secret of [older, newer]) expect(isSignedBy(secret, got)).toBe(true);
    expect(new Set(runner.got.map(({ body }) => body.id)).size).toBe(3);

    await vi.waitFor(() => expect(channel.got).toHaveLength(3), patience);
    expect(channel.got.map(({ body }) => body.text)).toEqual([
      expect.stringMatching(
        /^two-bot: set_notes on .* waits for a person to decide\. <http:.*\|Look at it in the console>$/,
      ),
      expect.stringMatching(/^one-bot: set_notes on .* waits for a person/),
      expect.stringMatching(/^one-bot: set_notes on .* was carried out\./),
    ]);
    const sent = [...runner.got, ...channel.got].map((one) => one.text).join();
    for (const secret of ['A secret text.', seal, 'Because.', 'Fine.']) expect(sent).not.toContain(secret);
    expect(suite.logged.join()).toContain('webhooks to one-runner name a blueprint that is not there');
    expect(suite.logged.join()).not.toContain('/services/');
  });

  test('are sent again until they are taken, hold up nobody else, and say once what is wrong', async () => {
    let answer = 307;
    const [dead, well] = [await listening(() => answer), await listening()];
    const at = folder({ secrets: newSecret() });
    const receiver = (url: string) => `{ to: runner, url: "${url}", secrets: ./secrets, blueprints: [one] }`;
    writeFileSync(
      at('webhooks.yaml'),
      `allow: ["${dead.origin}", "${well.origin}"]
receivers: { dead: ${receiver(dead.origin)}, well: ${receiver(well.origin)} }
`,
    );
    const suite = await startSuite({ sending: soon, environment: { COUNTERSIGN_WEBHOOKS: at('webhooks.yaml') } });
    const of = (name: string) => findReceiver(suite.ledger.db, name);
    await vi.waitFor(async () => expect(await of('dead')).toBeDefined(), patience);
    await vi.waitFor(async () => expect(await of('well')).toBeDefined(), patience);
    const ids = [await suite.proposeNote('x'), await suite.proposeNote('y', { id: 'b' })];
    await vi.waitFor(() => expect(well.got.map(({ body }) => body.change_id)).toEqual(ids), patience);
    await vi.waitFor(async () => expect((await of('dead'))?.attempts).toBeGreaterThan(2), patience);
    expect(await of('dead')).toMatchObject({
      problem: 'it answers with a redirect (HTTP 307), which is not followed',
      failing_since: expect.any(String),
      delivered_at: null,
      dropped: 0,
    });
    const place = ['--ledger', join(suite.folder, 'data', 'ledger.db')];
    expect(await run(['webhooks', 'status', ...place])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^dead: takes nothing since .*: it answers with a redirect .*\nwell: the last was/),
    });
    answer = 500;
    const before = dead.got.length;
    await vi.waitFor(() => expect(dead.got.length).toBeGreaterThan(before), patience);
    answer = 200;
    await vi.waitFor(() => expect(dead.got.at(-1)?.body.change_id).toBe(ids[1]), patience);
    await vi.waitFor(async () => expect(await of('dead')).toMatchObject({ attempts: 0, problem: null }), patience);
    // Each attempt is the same message, so that a receiver can tell.
    expect([...new Set(dead.got.map(({ text: sent }) => sent))]).toHaveLength(2);
    expect(dead.got.every(({ headers }) => headers['webhook-id'] !== undefined)).toBe(true);
    const logged = suite.logged.filter((line) => line.includes('webhooks to dead'));
    expect(logged).toEqual([
      expect.stringContaining('are not taken: it answers with a redirect'),
      expect.stringContaining('are taken again'),
    ]);
  });

  test('are given up after a day in which they were not taken', async () => {
    const dead = await listening(() => 503);
    const at = folder({ secrets: newSecret() });
    writeFileSync(
      at('webhooks.yaml'),
      `allow: ["${dead.origin}"]
receivers: { dead: { to: runner, url: "${dead.origin}", secrets: ./secrets, blueprints: [one] } }
`,
    );
    const suite = await startSuite({ sending: soon, environment: { COUNTERSIGN_WEBHOOKS: at('webhooks.yaml') } });
    const row = () => findReceiver(suite.ledger.db, 'dead');
    await vi.waitFor(async () => expect(await row()).toBeDefined(), patience);
    await suite.proposeNote('x');
    await vi.waitFor(async () => expect((await row())?.attempts).toBeGreaterThan(0), patience);
    expect((await row())?.dropped).toBe(0);
    suite.pass(sendTiming.keptMs + 60_000);
    await vi.waitFor(async () => expect((await row())?.dropped).toBeGreaterThan(0), patience);
  });
});

test('a signature is the one that the specification gives', () => {
  const at = folder({ secrets: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n' });
  const read = readSecrets(at('secrets'));
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', now: new Date(1614265330_000) };
  expect(signatureHeaders('keys' in read ? read.keys : [], message)).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('a message for people mentions nobody, links nowhere else, and hides nothing', () => {
  const link = 'https://console.example/changes/chg_1?a=1&b=2';
  const { text: said, ...rest } = slackText({
    nudge: null,
    who: 'bot <!channel> <@U123> @here `code`',
    tool: '<https://evil.example|set_notes>',
    target: 'a & b [x](https://evil.example) *bold*',
    status: 'pending',
    link,
  });
  expect(said).toBe(
    "bot &lt;!channel&gt; &lt;＠U123&gt; ＠here 'code': &lt;https: //evil.example'set_notes&gt; on " +
      "a &amp; b 'x'(https: //evil.example) 'bold' waits for a person to decide. " +
      '<https://console.example/changes/chg_1?a=1&amp;b=2|Look at it in the console>',
  );
  expect(rest).toEqual({ parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false });
});

test('a summary is cut to what eighty characters show, with hidden ones spelt out', async () => {
  const suite = await startSuite();
  const title = `\u202eMend prices ${'x'.repeat(200)}`;
  const id = await suite.proposeFiles({ title, files: [{ path: 'a.txt', content: 'x' }] });
  const { moved } = await movedAfter(suite.ledger.db, { after: 0, of: 'all', limit: 10 });
  const body = async (to: 'runner' | 'slack') =>
    JSON.parse(await messageOf(suite.ledger.db, { to }, moved[0] ?? expect.fail(), 'https://console.example'));
  const { summary, change_id } = await body('runner');
  expect(change_id).toBe(id);
  expect(summary).toMatch(/^Open a draft pull request .* with 1 file: ⟨U…$/);
  expect(Array.from(summary)).toHaveLength(80);
  expect(summary.endsWith('…')).toBe(true);
  expect((await body('slack')).text).toMatch(/^one-bot: propose_pull_request on acme\/web waits/);
});

test('a list of receivers that cannot be used is told with every problem, and no secret', () => {
  const at = folder({ good: newSecret(), bad: 'whsec_short', slack: 'https://hooks.slack.com/services/T0/B0/hidden' });
  writeFileSync(at('open'), newSecret());
  chmodSync(at('open'), 0o644);
  writeFileSync(
    at('webhooks.yaml'),
    `allow: [https://runner.example:8443, https://runner.example/path]
receivers:
  a: { to: runner, url: "https://runner.example/hook", secrets: ./good, blueprints: [one] }
  b: { to: runner, url: "https://runner.example:8443/hook", secrets: ./bad, blueprints: [one] }
  c: { to: runner, url: "https://runner.example:8443/hook", secrets: ./open, blueprints: [one] }
  d: { to: runner, url: "https://u:p@runner.example:8443/hook", secrets: ./good }
  e: { to: slack, url_file: ./slack }
  f: { to: slack, url: "https://runner.example:8443", url_file: ./slack, secret: x }
`,
  );
  let message = '';
  try {
    readReceivers(at('webhooks.yaml'));
  } catch (error) {
    ({ message } = error as Error);
  }
  expect(message).toContain('allow[1]: This must be a scheme, a host and its port alone');
  expect(message).toContain('receivers.f.secret: There is no such key. Did you mean "secrets"?');
  writeFileSync(
    at('webhooks.yaml'),
    `allow: [https://runner.example:8443]
receivers:
  a: { to: runner, url: "https://runner.example/hook", secrets: ./good, blueprints: [one] }
  b: { to: runner, url: "https://runner.example:8443/hook", secrets: ./bad, blueprints: [one] }
  c: { to: runner, url: "https://runner.example:8443/hook", secrets: ./open, blueprints: [one] }
  d: { to: runner, url: "https://u:p@runner.example:8443/hook", secrets: ./good }
  e: { to: slack, url_file: ./slack }
  f: { to: slack, url: "https://runner.example:8443", url_file: ./slack }
`,
  );
  expect(() => readReceivers(at('webhooks.yaml'))).toThrow(
    expect.objectContaining({
      code: 'bad_configuration',
      problems: [
        ['receivers.a.url', 'It goes where `allow` names no such scheme, host and port.'],
        ['receivers.b.secrets', 'It has a line that is not whsec_ and 24 to 64 bytes in base64.'],
        ['receivers.c.secrets', 'It can be read by others: give the file mode 0600.'],
        ['receivers.d', 'A runner needs blueprints: whose changes it hears of.'],
        ['receivers.d.url', 'It must be a URL without user, password and fragment.'],
        ['receivers.e.url_file', 'It goes where `allow` names no such scheme, host and port.'],
        ['receivers.f', 'It needs one of url and url_file.'],
      ].map(([path, text]) => expect.objectContaining({ path, message: text })),
    }),
  );
});

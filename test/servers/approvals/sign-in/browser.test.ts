import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { basics } from '#test/fakes/environment.ts';
import { startIdentityAwareProxy } from '#test/fakes/identity-aware-proxy.ts';
import { startIdentityProvider } from '#test/fakes/identity-provider.ts';
import { countersign, ending, run } from '../../cli/run.ts';
import { needsBrowser, oneBrowser } from '../browser.ts';
import { startSuite } from '../kit.ts';

const openBrowser = oneBrowser();

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'countersign-sign-in-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const byPlatform = { one: { by: ['group:platform'], quorum: 1, expiresMs: 3_600_000 } };

/** A list of people who may decide what the first agent proposes. */
function platform(issuer: string, ...subjects: readonly string[]): string {
  const lines = subjects.map(
    (subject, at) =>
      `  person-${at}: { sign_in: [{ issuer: "${issuer}", subject: ${subject} }], accounts: { github: p${at} }, groups: [platform] }\n`,
  );
  return `people:\n${lines.join('')}`;
}

/** What a program prints first that is of a form. */
async function firstOf(stream: Readable, form: RegExp): Promise<RegExpExecArray> {
  let text = '';
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk) => {
      text += chunk;
      const found = form.exec(text);
      if (found) resolve(found);
    });
    stream.once('end', () => reject(new Error(`it ended without: ${text}`)));
  });
}

async function newPage(): Promise<{ page: Page; complaints: string[] }> {
  const page = await (await openBrowser()).newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  return { page, complaints };
}

describe('signing in, in a browser', () => {
  beforeEach(needsBrowser);

  test('at a provider leads back to what was asked for, says who one is, and says what went wrong', async () => {
    const provider = await startIdentityProvider();
    onTestFinished(() => provider.close());
    const secret = join(folder(), 'secret');
    writeFileSync(secret, provider.clientSecret, { mode: 0o600 });
    const suite = await startSuite({
      people: platform(provider.issuer, 'user-1'),
      review: { ...byPlatform, two: { by: ['codeowners'], quorum: 1, expiresMs: 3_600_000 } },
      environment: {
        COUNTERSIGN_APPROVER_TOKEN: undefined,
        COUNTERSIGN_SIGN_IN: 'oidc',
        COUNTERSIGN_OIDC_ISSUER: provider.issuer,
        COUNTERSIGN_OIDC_CLIENT_ID: provider.clientId,
        COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: secret,
      },
    });
    provider.register(`${suite.consoleUrl}/sign-in/callback`);
    provider.account = { subject: 'user-1', name: 'Alice <b>Adams</b>' };
    const id = await suite.proposeNote('hello');
    const { page, complaints } = await newPage();
    await page.goto(`${suite.consoleUrl}/changes/${id}`);
    await page.getByText(`You sign in at ${new URL(provider.issuer).host}`).waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Set a' }).waitFor();
    expect(page.url()).toBe(`${suite.consoleUrl}/changes/${id}`);
    await page.getByText('Signed in as Alice <b>Adams</b>').click();
    await page.getByText(`Signed in at ${provider.issuer}. Subject: user-1.`).waitFor();
    // Neither the code nor its state is left where somebody could go back to.
    const devtools = await page.context().newCDPSession(page);
    const { entries } = await devtools.send('Page.getNavigationHistory');
    expect(entries.map(({ url }) => url).join()).not.toMatch(/code=|state=/);
    expect(complaints).toEqual([]);

    // Whose approval is waited for, file by file.
    suite.notes.owned.set('b', ['@p0', '@acme/<i>team</i>']);
    await page.goto(`${suite.consoleUrl}/changes/${await suite.proposeNote('mine', { agent: 'two', id: 'b' })}`);
    await page.getByText('@acme/<i>team</i> or @p0: b (not approved yet)').waitFor();
    await page.getByText('CODEOWNERS has lines that say nothing: 7.').waitFor();
    await page.getByText('code owners, one for each file').waitFor();

    // A terminal on the same machine is signed in as the same person, and approves.
    const home = folder();
    const place = { XDG_CONFIG_HOME: home, COUNTERSIGN_CONSOLE_URL: suite.consoleUrl };
    const terminal = spawn(process.execPath, [countersign, 'sign-in'], { env: { ...basics(), ...place } });
    const ended = ending(terminal);
    const said = await firstOf(terminal.stdout, /(http\S+\/terminal\/\S+)[\s\S]*code: (\S+)\s/);
    await page.goto(said[1] ?? '');
    await page.getByText(said[2] ?? 'no code', { exact: true }).waitFor();
    await page.getByText(hostname()).waitFor();
    await page.getByRole('button', { name: 'It is mine' }).click();
    await page.getByRole('heading', { name: 'The terminal is signed in' }).waitFor();
    expect(await ended).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('as Alice <b>Adams</b>'),
    });
    const kept = join(home, 'countersign', 'sessions.json');
    expect([statSync(kept).mode & 0o777, statSync(join(home, 'countersign')).mode & 0o777]).toEqual([0o600, 0o700]);
    const seal = (await findSealed(suite.ledger.db, id))?.seal ?? '';
    expect(await run(['changes', 'approve', id, '--seal', seal], place)).toMatchObject({ code: 0, stderr: '' });
    const [decision] = await decisionsOf(suite.ledger.db, id);
    expect([decision?.issuer, decision?.subject]).toEqual([provider.issuer, 'user-1']);
    expect(await run(['sign-out'], place)).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(kept)).toBe(false);
    expect((await run(['changes', 'list'], place)).code).toBe(2);
    expect(complaints).toEqual([]);

    await page.goto(suite.consoleUrl);
    await page.getByText('Signed in as Alice').click();
    await page.getByRole('button', { name: 'End all my sessions' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    // The provider forgets who is at this browser.
    await page.context().clearCookies();
    provider.denies = true;
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('(provider_refused)').waitFor();
    expect(page.url()).toBe(`${suite.consoleUrl}/sign-in/callback`);
    await page.getByRole('link', { name: 'To the sign-in page' }).click();
    provider.denies = false;
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Changes' }).waitFor();
    // The answer of a sign-in that was begun elsewhere signs nobody in.
    await page.goto(`${suite.consoleUrl}/sign-in/callback?code=x&state=y`);
    await page.getByText('(unknown_state)').waitFor();
  });

  test('through a proxy asks nothing, and nothing goes on when the proxy names somebody else', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const keys = join(folder(), 'keys.json');
    writeFileSync(keys, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'a', alg: 'RS256' }] }));
    const proxy = await startIdentityAwareProxy('cf-access-jwt-assertion');
    onTestFinished(() => proxy.close());
    const issuer = 'https://team.cloudflareaccess.com';
    const people = (sub: string) => () =>
      new SignJWT({ email: `${sub}@example.com` })
        .setProtectedHeader({ alg: 'RS256', kid: 'a' })
        .setIssuer(issuer)
        .setAudience('aud-tag')
        .setSubject(sub)
        .setIssuedAt()
        .setExpirationTime('10m')
        .sign(privateKey);
    proxy.assertion = people('alice');
    const suite = await startSuite({
      people: platform(issuer, 'alice', 'bob'),
      review: byPlatform,
      environment: {
        COUNTERSIGN_APPROVER_TOKEN: undefined,
        COUNTERSIGN_SIGN_IN: 'cloudflare-access',
        COUNTERSIGN_CONSOLE_URL: proxy.url,
        COUNTERSIGN_PROXY_AUDIENCE: 'aud-tag',
        COUNTERSIGN_PROXY_ISSUER: issuer,
        COUNTERSIGN_PROXY_KEYS: keys,
      },
    });
    proxy.target = suite.consoleUrl;
    const id = await suite.proposeNote('hello');
    const { page } = await newPage();
    await page.goto(`${proxy.url}/changes/${id}`);
    await page.getByRole('heading', { name: 'Set a' }).waitFor();
    await page.getByText('Signed in as alice@example.com').waitFor();

    proxy.assertion = people('bob');
    await page.reload();
    await page.getByText('Signed in as bob@example.com').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed in at the proxy').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Signed in as bob@example.com').waitFor();
  });

  test('keeps a page on another port of this host out, though it gets the cookie', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('hello');
    const cookies: string[] = [];
    const neighbour = createServer((request, response) => {
      cookies.push(request.headers.cookie ?? '');
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>neighbour</title><body>');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      neighbour.closeAllConnections();
      neighbour.close();
    });
    await once(neighbour, 'listening');
    const { page } = await newPage();
    await page.goto(suite.newSignInLink().url);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Changes' }).waitFor();

    await page.goto(`http://127.0.0.1:${(neighbour.address() as AddressInfo).port}/`);
    expect(cookies[0]).toMatch(/^__Host-countersign=[\w-]{43}$/);
    const stolen = { cookie: cookies[0] ?? '', origin: suite.consoleUrl };
    expect((await suite.ask('/api/changes', { headers: stolen })).status).toBe(401);
    const { seal } = (await suite.ask(`/api/changes/${id}`)).body;
    const body = { decision: 'approve', seal };
    expect((await suite.ask(`/api/changes/${id}/decision`, { body, headers: stolen })).status).toBe(401);

    const tried = await page.evaluate(hostile(suite.consoleUrl, id, JSON.stringify(body)));
    expect(tried).toEqual({
      read: 'blocked',
      opaque: 'blocked',
      decide: 'blocked',
      decideOpaque: 'blocked',
      socket: 'refused',
      stored: 0,
      framed: 1,
    });
    expect(page.frames().map((frame) => frame.url())).toContain('chrome-error://chromewebdata/');
    // A form leaves the page; what it leads to is a refusal.
    const [answer] = await Promise.all([
      page.waitForResponse(
        (response) => response.url().endsWith('/decision') && response.request().method() === 'POST',
      ),
      page.evaluate(submitForm(`${suite.consoleUrl}/api/changes/${id}/decision`)),
    ]);
    expect(answer.status()).toBe(403);
    expect((await suite.ask(`/api/changes/${id}`)).body.status).toBe('pending_approval');
  });
});

/** Everything that a page can try without leaving, as code of that page. */
const hostile = (...target: [console: string, id: string, body: string]) => `(async (at, id, body) => {
  const ask = (path, init) =>
    fetch(at + path, { credentials: 'include', ...init }).then((answer) => answer.type, () => 'blocked');
  const json = { 'content-type': 'application/json' };
  const decision = '/api/changes/' + id + '/decision';
  const frame = document.createElement('iframe');
  const framed = new Promise((resolve) => { frame.onload = resolve; });
  frame.src = at + '/changes/' + id;
  document.body.append(frame);
  return {
    read: await ask('/api/changes'),
    opaque: await ask('/api/changes', { mode: 'no-cors' }),
    decide: await ask(decision, { method: 'POST', body, headers: json }),
    decideOpaque: await ask(decision, { method: 'POST', body, mode: 'no-cors' }),
    socket: await new Promise((resolve) => {
      const socket = new WebSocket(at.replace('http', 'ws') + '/api/changes');
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('refused');
    }),
    stored: localStorage.length + sessionStorage.length,
    framed: await framed.then(() => frames.length),
  };
})(...${JSON.stringify(target)})`;

/** A form that looks like JSON to whoever reads it loosely. */
const submitForm = (action: string) => `((action) => {
  const form = Object.assign(document.createElement('form'), { action, method: 'post', enctype: 'text/plain' });
  const field = Object.assign(document.createElement('input'), { name: '{"decision":"approve","x":"', value: '"}' });
  form.append(field);
  document.body.append(form);
  form.submit();
})(${JSON.stringify(action)})`;

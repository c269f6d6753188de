import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { newPasskey } from '#test/fakes/passkey.ts';
import { needsBrowser, oneBrowser } from './browser.ts';
import { type Answer, type Body, type Suite, startSuite, until } from './kit.ts';

const issuer = 'https://cloud.google.com/iap';
const publicUrl = 'https://console.example';
const stepUp = { by: ['group:leads'], quorum: 1, expiresMs: 3_600_000, stepUp: 'passkey' as const };
const [bobs, elsewhere] = [newPasskey(), newPasskey('ES256', 'https://other.example')];

type Person = (path: string, body?: unknown) => Promise<Answer>;

/** A console behind a proxy, with Bob, who has a passkey for it, and Carol, whose passkey is for another one. */
async function start(): Promise<{ suite: Suite; bob: Person; carol: Person }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const folder = mkdtempSync(join(tmpdir(), 'countersign-passkeys-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'keys.json');
  writeFileSync(file, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] }));
  const person = (name: string, passkey: string) =>
    `  ${name}: { sign_in: [{ issuer: "${issuer}", subject: s-${name} }], groups: [leads], passkeys: [${passkey}] }\n`;
  const suite = await startSuite({
    people: `people:\n${person('bob', bobs.entry)}${person('carol', elsewhere.entry)}`,
    review: { one: stepUp },
    environment: {
      COUNTERSIGN_APPROVER_TOKEN: undefined,
      COUNTERSIGN_SIGN_IN: 'iap',
      COUNTERSIGN_CONSOLE_URL: publicUrl,
      COUNTERSIGN_PROXY_AUDIENCE: 'here',
      COUNTERSIGN_PROXY_KEYS: file,
    },
  });
  const signIn = async (subject: string): Promise<Person> => {
    const at = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: 'here', sub: subject, iat: at, exp: at + 600 };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);
    const given = { 'x-goog-iap-jwt-assertion': token, origin: publicUrl };
    const made = await suite.ask('/sign-in/proxy', { headers: given, body: {} });
    const [cookie = ''] = (made.headers.get('set-cookie') ?? '').split(';');
    const headers = { ...given, cookie, 'x-countersign-key': made.body.key };
    return (path, body) => suite.ask(`/api${path}`, { headers, ...(body !== undefined && { body }) });
  };
  return { suite, bob: await signIn('s-bob'), carol: await signIn('s-carol') };
}

async function approval(person: Person, path: string): Promise<{ decision: string; seal: string; reason: string }> {
  return { decision: 'approve', seal: (await person(path)).body.seal, reason: 'Looked at it.' };
}

/** What the page sends once the passkey has answered. */
const signed = ({ step_up: asked }: Body, counter = 0) => {
  const challenge = Buffer.from(asked.challenge, 'base64url').toString('hex');
  return { step_up: { statement: asked.statement, assertion: bobs.answer(challenge, { counter }) } };
};

describe('an approval that needs a passkey', () => {
  test('is asked of the page first, signed once by the one who asked, and carried out', async () => {
    const { suite, bob, carol } = await start();
    const id = await suite.proposeNote('hello');
    const path = `/changes/${id}/decision`;
    const body = await approval(bob, `/changes/${id}`);
    expect((await bob(`/changes/${id}`)).body.review.step_up).toBe('passkey');
    const without = await bob(path, body);
    expect([without.status, without.body.error]).toEqual([
      403,
      expect.objectContaining({
        code: 'step_up_required',
        next: expect.stringContaining(`${publicUrl}/changes/${id}`),
      }),
    ]);
    const asked = await bob(path, { ...body, step_up: 'possible' });
    expect(asked.body.step_up).toMatchObject({ rp_id: 'console.example', passkeys: [bobs.id] });
    const foreign = await carol(path, { ...body, ...signed(asked.body) });
    expect([foreign.status, foreign.body.error.code]).toEqual([410, 'expired']);
    // It was taken, by whomever.
    expect((await bob(path, { ...body, ...signed(asked.body) })).status).toBe(410);

    const again = await bob(path, { ...body, step_up: 'possible' });
    const other = await bob(path, { ...body, reason: 'Another.', ...signed(again.body) });
    expect([other.status, other.body.error.code]).toEqual([409, 'wrong_state']);
    const late = await bob(path, { ...body, step_up: 'possible' });
    suite.pass(120_000);
    expect((await bob(path, { ...body, ...signed(late.body) })).body.error.code).toBe('expired');
    const last = await bob(path, { ...body, step_up: 'possible' });
    expect((await bob(path, { ...body, ...signed(last.body) })).body).toMatchObject({ status: 'approved' });
    suite.work();
    await until(
      () => bob(`/changes/${id}`),
      (answer) => answer.body.status === 'applied',
    );
    expect(suite.notes.get('a').text).toBe('hello');
  });

  test('is refused to who has no passkey for this console, and from one that counts backwards', async () => {
    const { suite, bob, carol } = await start();
    const [one, two] = [await suite.proposeNote('x'), await suite.proposeNote('y', { id: 'b' })];
    const body = await approval(bob, `/changes/${one}`);
    const none = await carol(`/changes/${one}/decision`, { ...body, step_up: 'possible' });
    expect([none.status, none.body.error.message]).toEqual([403, expect.stringContaining('no passkey of yours for')]);
    const approve = async (id: string, counter: number): Promise<Answer> => {
      const wanted = await approval(bob, `/changes/${id}`);
      const asked = await bob(`/changes/${id}/decision`, { ...wanted, step_up: 'possible' });
      return bob(`/changes/${id}/decision`, { ...wanted, ...signed(asked.body, counter) });
    };
    expect((await approve(one, 5)).status).toBe(200);
    const copied = await approve(two, 5);
    expect([copied.status, copied.body.error.message]).toEqual([403, expect.stringContaining('a copy of it')]);
    expect((await approve(two, 6)).status).toBe(200);
  });

  test('of a set is one statement over all of it', async () => {
    const { suite, bob } = await start();
    const ids = [await suite.proposeNote('x'), await suite.proposeNote('y', { id: 'b' })];
    const decide = async (path: string): Promise<Answer> => {
      const wanted = await approval(bob, path);
      const asked = await bob(`${path}/decision`, { ...wanted, step_up: 'possible' });
      return bob(`${path}/decision`, { ...wanted, ...signed(asked.body) });
    };
    for (const id of ids) await decide(`/changes/${id}`);
    suite.work();
    const applied = (answer: Answer) => answer.body.status === 'applied';
    for (const id of ids) await until(() => bob(`/changes/${id}`), applied);
    const set = (await bob('/sets', { changes: ids, reason: 'Undo.' })).body.set_id;
    await until(
      () => bob(`/sets/${set}`),
      (answer) => answer.body.status === 'pending_approval',
    );
    expect((await bob(`/sets/${set}/decision`, await approval(bob, `/sets/${set}`))).body.error.code).toBe(
      'step_up_required',
    );
    expect((await decide(`/sets/${set}`)).body.changes).toHaveLength(2);
    await until(() => bob(`/sets/${set}`), applied);
    expect([suite.notes.get('a').text, suite.notes.get('b').text]).toEqual([null, null]);
  });
});

const openBrowser = oneBrowser();

/** A page that is signed in, with an authenticator of the device's own, which is always touched at once. */
async function openPage(link: string) {
  const page = await (await openBrowser()).newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Changes' }).waitFor();
  const verify = (isUserVerified: boolean) =>
    devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
  return { page, complaints, verify };
}

async function makePasskey(page: Page): Promise<void> {
  await page.getByText('Signed in as').click();
  await page.getByRole('button', { name: 'Make a passkey…' }).click();
  await page.getByLabel('What you call the device').fill('Laptop "1"');
  await page.getByRole('button', { name: 'Make a passkey', exact: true }).click();
}

describe('passkeys in a browser', () => {
  beforeEach(needsBrowser);

  test('are made in the console, count once the list of people names them, and sign what is approved', async () => {
    const local = '  olga: { sign_in: [{ issuer: "countersign:local", subject: operator }], groups: [leads] }\n';
    const suite = await startSuite({ people: `people:\n${local}`, review: { one: stepUp } });
    const byAddress = await openPage(suite.newSignInLink().url);
    await makePasskey(byAddress.page);
    const { port } = new URL(suite.consoleUrl);
    await byAddress.page.getByText(`Open it as http://localhost:${port} and sign in there.`).waitFor();

    const { page, complaints, verify } = await openPage(suite.newSignInLink().url.replace('127.0.0.1', 'localhost'));
    await makePasskey(page);
    const line = await page.getByLabel('The line').inputValue();
    expect(line).toMatch(/^- \{ id: ".*", origin: "http:\/\/localhost:\d+", name: "Laptop \\"1\\"", added: "\d/);
    await expect(suite.proposeNote('early')).rejects.toThrow('with a passkey, and nobody is known');
    const list = join(suite.folder, 'people.list');
    writeFileSync(list, readFileSync(list, 'utf8').replace('[leads] }', `[leads], passkeys: [${line.slice(2)}] }`));

    const id = await suite.proposeNote('hello');
    suite.work();
    await page.goto(`http://localhost:${port}/changes/${id}`);
    await page.getByText('each approval with a passkey').waitFor();
    await verify(false);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('The passkey did not sign, so nothing was approved.').waitFor();
    expect((await suite.ask(`/api/changes/${id}`)).body.status).toBe('pending_approval');
    await verify(true);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.locator('.head .pill', { hasText: /^Applied/ }).waitFor();
    expect(suite.notes.get('a').text).toBe('hello');

    const two = [await suite.proposeNote('two', { id: 'b' }), await suite.proposeNote('three', { id: 'c' })];
    await page.goto(`http://localhost:${port}/`);
    for (const one of two) await page.locator(`input[data-select="${one}"]`).click();
    await page.getByRole('button', { name: 'Approve 2…' }).click();
    await page.getByRole('button', { name: 'Approve 2', exact: true }).click();
    await page.locator('.outcomes .approved').nth(1).waitFor();
    await until(
      async () => [suite.notes.get('b').text, suite.notes.get('c').text],
      (texts) => texts.join() === 'two,three',
    );
    expect(complaints).toEqual([]);
  });
});

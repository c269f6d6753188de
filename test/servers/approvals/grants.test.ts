import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Review } from '#shared/blueprints/blueprint.ts';
import { needsBrowser, oneBrowser } from './browser.ts';
import { type Suite, startSuite, until } from './kit.ts';
import { expectAccessible, picture } from './tour.ts';

const openBrowser = oneBrowser();

const hourMs = 3_600_000;
const offer = { changes: 3, bytes: 100, forMs: hourMs, tools: ['set_notes'] };
const review: Review = {
  by: ['local'],
  quorum: 1,
  expiresMs: hourMs,
  rules: [{ by: ['local'], quorum: 1, expiresMs: 24 * hourMs, when: { tools: ['set_notes'] }, grant: offer }],
};

const start = (): Promise<Suite> => startSuite({ review: { one: review } });

async function signIn(suite: Suite): Promise<Page> {
  const page = await (await openBrowser()).newPage();
  await page.goto(suite.newSignInLink().url);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Changes' }).waitFor();
  return page;
}

/** Approves a change through the page, with the grant that it offers: as it is filled in, or with other numbers. */
async function approveWith(
  page: Page,
  suite: Suite,
  id: string,
  numbers: Record<string, string> = {},
  look: () => Promise<void> = async () => {},
): Promise<void> {
  await page.goto(`${suite.consoleUrl}/changes/${id}`);
  const tick = page.getByRole('checkbox', { name: 'Also allow what follows on this, without asking me each time' });
  expect(await tick.isChecked()).toBe(false);
  await tick.check();
  for (const [label, value] of Object.entries(numbers)) await page.getByLabel(label).fill(value);
  await look();
  await page.getByRole('button', { name: 'Approve' }).click();
  await applied(suite, id);
}

const statusOf = async (suite: Suite, id: string): Promise<string> =>
  (await suite.ask(`/api/changes/${id}`)).body.status;

const applied = (suite: Suite, id: string) =>
  until(
    () => statusOf(suite, id),
    (status) => status === 'applied',
  );

/**
 * What is not decided without a person waits. That it was looked at is known from one that comes after it and is covered,
 * which changes another note that the same change made.
 */
async function waits(suite: Suite, id: string): Promise<void> {
  await applied(suite, await suite.proposeNote('after', { id: 'b' }));
  expect(await statusOf(suite, id)).toBe('pending_approval');
}

const granted = async (suite: Suite) => (await suite.ask('/api/grants?all=1')).body.grants[0];

describe('a task grant in a browser', () => {
  beforeEach(needsBrowser);

  test('is given with an approval, and what follows is carried out under it until it is used up', async () => {
    const suite = await start();
    suite.work();
    const page = await signIn(suite);
    const origin = await suite.proposeNotes({ a: 'one', b: 'one' });
    await approveWith(page, suite, origin, {}, () => expectAccessible(page));

    const follow = await suite.proposeNote('two');
    await applied(suite, follow);
    expect(suite.notes.get('a').text).toBe('two');
    await page.goto(`${suite.consoleUrl}/changes/${follow}`);
    await page.getByText('change 1 of 3').waitFor();
    expect(await page.locator('.timeline').innerText()).toContain('the approvals server · approve, signature valid');

    // Something that the change did not make is for a person.
    await waits(suite, await suite.proposeNote('other', { id: 'c' }));
    await applied(suite, await suite.proposeNote('three'));
    expect((await granted(suite)).status).toBe('used_up');
    const late = await suite.proposeNote('one too many');
    await page.goto(`${suite.consoleUrl}/grants`);
    await page.getByText('Used up').waitFor();
    await page.getByText('3 of 3').waitFor();
    await expectAccessible(page);
    expect(await statusOf(suite, late)).toBe('pending_approval');
  });

  test('goes no further than the person allowed: a byte too much, and a second too late', async () => {
    const suite = await start();
    suite.work();
    const page = await signIn(suite);
    const origin = await suite.proposeNotes({ a: 'one', b: 'one' });
    await approveWith(page, suite, origin, { 'Bytes that they write, all together': '12', 'Hours, from now': '0.1' });
    expect(await granted(suite)).toMatchObject({ bytes: { used: 0, of: 12 }, changes: { of: 3 } });
    await waits(suite, await suite.proposeNote('thirteen byte'));
    suite.pass(hourMs / 10);
    const late = await suite.proposeNote('x', { id: 'b' });
    await page.goto(`${suite.consoleUrl}/grants`);
    await page.getByText('Expired').waitFor();
    expect(await statusOf(suite, late)).toBe('pending_approval');
  });

  test('ends with somebody else’s work, which the page shows', async () => {
    const suite = await start();
    suite.work();
    const page = await signIn(suite);
    const origin = await suite.proposeNotes({ a: 'one', b: 'one' });
    await approveWith(page, suite, origin);
    suite.notes.write('a', 'theirs');
    const follow = await suite.proposeNote('two');
    await page.goto(`${suite.consoleUrl}/grants`);
    await page.getByText('Somebody else has worked on it since.').waitFor();
    await page.getByRole('link', { name: follow }).waitFor();
    const next = await suite.proposeNote('three', { id: 'b' });
    expect(await statusOf(suite, next)).toBe('pending_approval');
    expect(await statusOf(suite, follow)).toBe('pending_approval');
  });

  test('is taken back on its page, and nothing comes under it any more', async () => {
    const suite = await start();
    suite.work();
    const page = await signIn(suite);
    await approveWith(page, suite, await suite.proposeNotes({ a: 'one', b: 'one' }));
    await page.getByRole('link', { name: '0 of 3 changes made' }).click();
    await page.getByLabel('Why it is taken back').fill('The task is done.');
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('The task is done.').waitFor();
    const follow = await suite.proposeNote('two');
    await page.goto(suite.consoleUrl);
    await page.getByRole('link', { name: 'Set a' }).waitFor();
    expect(await statusOf(suite, follow)).toBe('pending_approval');
  });
});

describe('a task grant for a pull request', () => {
  beforeEach(needsBrowser);

  const forFiles: Review = {
    by: ['local'],
    quorum: 1,
    expiresMs: hourMs,
    rules: [
      {
        by: ['local'],
        quorum: 1,
        expiresMs: hourMs,
        when: { tools: ['propose_pull_request'] },
        grant: { changes: 9, bytes: 10_000, forMs: hourMs, tools: ['commit_files'] },
      },
    ],
  };

  /** A pull request that was approved through the page, with what follows in one file of it. */
  async function opened(): Promise<{ suite: Suite; page: Page }> {
    const suite = await startSuite({ review: { one: forFiles } });
    suite.workOnRepository();
    const page = await signIn(suite);
    const origin = await suite.proposeFiles({ files: [{ path: 'src/app.ts', content: 'first' }] });
    await approveWith(page, suite, origin, { 'Files, one name or pattern a line': 'src/app.ts' }, async () => {
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Approve' }).scrollIntoViewIfNeeded();
      await picture(page, 'grant-offer', 'light');
    });
    expect((await granted(suite)).paths).toEqual(['src/app.ts']);
    return { suite, page };
  }

  let written = 0;
  const commit = (suite: Suite, path: string, branch = 'agent/things') => {
    written += 1;
    return suite.commitFiles(branch, [{ path, content: `version ${written}` }]);
  };

  test('carries out a fix without a person, leaves another branch to one, and ends with a file beside', async () => {
    const { suite, page } = await opened();
    await applied(suite, await commit(suite, 'src/app.ts'));
    const main = suite.repository.branches.get('main') ?? '';
    suite.repository.branches.set('agent/other', main);
    const other = await commit(suite, 'src/app.ts', 'agent/other');
    const beside = await commit(suite, 'src/beside.ts');
    await page.goto(`${suite.consoleUrl}/grants`);
    await page.getByText('It writes "src/beside.ts", which is outside.').waitFor();
    await picture(page, 'grants', 'light');
    expect(await granted(suite)).toMatchObject({ changes: { used: 1 }, end: { why: 'path', change_id: beside } });
    const late = await commit(suite, 'src/app.ts');
    for (const id of [other, beside, late]) expect(await statusOf(suite, id)).toBe('pending_approval');
  });

  test('ends with a fix to a pull request that was merged or closed', async () => {
    const { suite } = await opened();
    for (const [number, pull] of suite.repository.pulls)
      suite.repository.pulls.set(number, { ...pull, state: 'closed' });
    const fix = await commit(suite, 'src/app.ts');
    await until(
      () => granted(suite),
      ({ end }) => end !== null,
    );
    expect((await granted(suite)).end).toMatchObject({ why: 'closed', change_id: fix });
    expect(await statusOf(suite, fix)).toBe('pending_approval');
  });
});

describe('a task grant over the API', () => {
  const decide = async (suite: Suite, id: string, grant: object) => {
    const { seal } = (await suite.ask(`/api/changes/${id}`)).body;
    return suite.ask(`/api/changes/${id}/decision`, { body: { decision: 'approve', seal, grant } });
  };

  test.each([
    ['more changes', { changes: 4 }],
    ['more bytes', { bytes: 101 }],
    ['more time', { for_ms: hourMs + 1 }],
    ['another tool', { tools: ['merge_pull_request'] }],
    ['a flag', { flags: ['deletion'] }],
    ['other files', { paths: ['**'] }],
  ])('allows no %s than were offered, and then nothing is approved', async (_what, more) => {
    const suite = await start();
    const id = await suite.proposeNote('one');
    const { offer: offered } = (await suite.ask(`/api/changes/${id}`)).body.content;
    expect(await decide(suite, id, { ...offered, ...more })).toMatchObject({ status: 403 });
    expect(await statusOf(suite, id)).toBe('pending_approval');
  });

  test('is not given where the rule offers none', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('one');
    expect((await suite.ask(`/api/changes/${id}`)).body.content.offer).toBeNull();
    const asked = { changes: 1, bytes: 1, for_ms: 1000, tools: ['set_notes'], paths: [], flags: [] };
    expect(await decide(suite, id, asked)).toMatchObject({ status: 403 });
  });

  test('ends when its agent is stopped, and does not come back with the end of the stop', async () => {
    const suite = await start();
    suite.work();
    const id = await suite.proposeNotes({ a: 'one', b: 'one' });
    const { offer: offered } = (await suite.ask(`/api/changes/${id}`)).body.content;
    await decide(suite, id, offered);
    await applied(suite, id);
    const stop = { scope: 'agent', value: 'one-bot', reason: 'odd' };
    const { body } = await suite.ask('/api/stops', { body: stop });
    await suite.ask(`/api/stops/${body.id}/end`, { body: { reason: 'fine' } });
    expect(await granted(suite)).toMatchObject({ status: 'ended', end: { why: 'stopped', note: 'odd' } });
    expect((await suite.ask('/api/grants')).body.grants).toEqual([]);
    const again = await suite.ask(`/api/grants/${(await granted(suite)).id}/revoke`, { body: { reason: 'x' } });
    expect(again.status).toBe(409);
  });
});

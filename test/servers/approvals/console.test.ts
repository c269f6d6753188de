import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { needsBrowser, oneBrowser } from './browser.ts';
import { type Suite, startSuite, until } from './kit.ts';

const openBrowser = oneBrowser();

/** A page that is signed in, and every complaint that the browser made about it. */
async function signIn(
  suite: Suite,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const browser = await openBrowser(options);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(suite.newSignInLink().url);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Changes' }).waitFor();
  return { page, complaints };
}

const status = (page: Page, text: string) => page.locator('.head .pill', { hasText: text }).waitFor();

/** A restore that was refused because others were there. */
async function refused(suite: Suite, id: string): Promise<string> {
  const { body } = await suite.ask(`/api/changes/${id}/restore`, { body: { reason: 'wrong' } });
  await until(
    () => suite.ask(`/api/changes/${body.change_id}`),
    (answer) => answer.body.status === 'failed',
  );
  return body.change_id;
}

describe('the console in a browser', () => {
  beforeEach(needsBrowser);

  test('leads from the sign-in link to an approval, and tells the truth after it', async () => {
    const suite = await startSuite();
    const { page, complaints } = await signIn(suite);
    await page.getByText('Nothing waits for you').waitFor();
    // The list shows by itself what is proposed while it is open.
    await suite.proposeNote('hello', { reason: 'Please.' });
    await page.getByRole('link', { name: 'Set a' }).click();
    await status(page, 'Waiting for a decision');
    expect(await page.locator('main').innerText()).toMatch(
      /hello[\s\S]*The reason that the agent gives[\s\S]*Please\./,
    );

    await page.getByRole('button', { name: 'Approve' }).click();
    await status(page, 'Approved, not applied yet');
    expect(suite.notes.get('a').text).toBe(null);
    suite.work();
    await status(page, 'Applied');
    expect(suite.notes.get('a').text).toBe('hello');

    await page.getByRole('button', { name: 'Compare with what is there now' }).click();
    await page.getByRole('row', { name: /^a not there .* As it was left$/ }).waitFor();
    await page.getByRole('textbox', { name: 'Reason' }).fill('It was wrong.');
    await page.getByRole('button', { name: 'Prepare the restore' }).click();
    await status(page, 'Waiting for a decision');
    await page.getByRole('button', { name: 'Approve' }).click();
    await status(page, 'Applied');
    expect(suite.notes.get('a').text).toBe(null);
    await page.getByRole('link', { name: /^chg_/ }).click();
    await page.locator('.head', { hasText: 'A restore was carried out since' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('shows who was there since before it asks what to do, and decides a set as one', async () => {
    const suite = await startSuite();
    suite.work();
    const since = new Date(Date.now() - 60_000).toISOString();
    const ids = [await suite.proposeNotes({ a: 'one', b: 'one' }), await suite.proposeNote('two', { id: 'c' })];
    for (const id of ids) {
      const { seal } = (await suite.ask(`/api/changes/${id}`)).body;
      await suite.ask(`/api/changes/${id}/decision`, { body: { decision: 'approve', seal } });
      await until(
        () => suite.ask(`/api/changes/${id}`),
        ({ body }) => body.status === 'applied',
      );
    }
    suite.notes.write('b', 'theirs');
    const { page, complaints } = await signIn(suite);
    await page.goto(`${suite.consoleUrl}/changes/${ids[0]}`);
    await page.getByRole('button', { name: 'Compare with what is there now' }).click();
    await page.getByRole('row', { name: /^b .* Changed since .* in version 2/ }).waitFor();
    await page.getByText('What others did since to b').click();
    await page.locator('.difference .diff', { hasText: 'theirs' }).waitFor();
    expect(await page.locator('#choice option').count()).toBe(2);

    await page.goto(`${suite.consoleUrl}/changes/${await refused(suite, ids[0] ?? '')}`);
    await status(page, 'Failed');
    await page.locator('.difference', { hasText: 'Changed since' }).waitFor();
    expect(await page.locator('#choice option').allInnerTexts()).toHaveLength(2);

    const body = { agent: 'one-bot', since, choice: 'untouched', reason: 'It was steered.' };
    const { set_id: set } = (await suite.ask('/api/sets', { body })).body;
    await page.goto(`${suite.consoleUrl}/sets/${set}`);
    await status(page, 'Waiting for a decision');
    expect(await page.locator('.members > li').count()).toBe(2);
    await page.getByText('What it changes').first().click();
    await page.locator('.members .box', { hasText: 'note c' }).waitFor();
    await page.getByRole('button', { name: 'Approve' }).click();
    await status(page, 'Applied');
    expect(['a', 'b', 'c'].map((id) => suite.notes.get(id).text)).toEqual([null, 'theirs', null]);
    expect(complaints).toEqual([]);
  });

  test('shows what a change comes after and refers to, and approves both at once', async () => {
    const suite = await startSuite();
    const first = await suite.proposeNote('hello');
    await suite.proposeNote('see ', { id: 'b', link: '{{after.note_version}}', after: first });
    const { page, complaints } = await signIn(suite);
    await page.getByRole('link', { name: 'Set b' }).click();
    await status(page, 'Waiting for a decision');
    await page.getByRole('heading', { name: 'Comes after' }).waitFor();
    expect(await page.locator('.new .value').innerText()).toBe(`see note version of ${first}`);
    expect(await page.locator('#decide li').innerText()).toMatch(/^Set a/);
    await page.getByRole('button', { name: 'Approve' }).click();
    await status(page, 'Approved, not applied yet');
    suite.work();
    await page.locator('.head .pill', { hasText: /^Applied/ }).waitFor();
    expect([suite.notes.get('a').text, suite.notes.get('b').text]).toEqual(['hello', 'see 1']);
    await page.getByRole('link', { name: 'Set a' }).click();
    await page.getByRole('heading', { name: 'Before' }).waitFor();
    await page.getByRole('link', { name: 'Set b' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('wants a reason for a rejection', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('hello');
    const { page } = await signIn(suite);
    await page.goto(`${suite.consoleUrl}/changes/${id}`);
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('Say why you reject it').waitFor();
    await page.getByRole('textbox', { name: 'Reason' }).fill('Not today.');
    await page.getByRole('button', { name: 'Reject' }).click();
    await status(page, 'Rejected');
    expect((await suite.ask(`/api/changes/${id}`)).body).toMatchObject({ status: 'rejected', note: 'Not today.' });
  });

  test('can be used with the keyboard alone', async () => {
    const suite = await startSuite();
    await suite.proposeNote('hello');
    const { page } = await signIn(suite);
    const press = async (key: string, until: string) => {
      for (let i = 0; i < 40; i += 1) {
        await page.keyboard.press(key);
        if ((await page.evaluate('document.activeElement?.textContent')) === until) return;
      }
      throw new Error(`no way to ${until}`);
    };
    await page.getByRole('link', { name: 'Set a' }).waitFor();
    await press('Tab', 'Set a');
    await page.keyboard.press('Enter');
    await status(page, 'Waiting for a decision');
    await press('Tab', 'Approve');
    await page.keyboard.press('Enter');
    await status(page, 'Approved, not applied yet');
  });

  test('comes back to the change that was asked for, once somebody signed in', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('hello');
    const page = await (await openBrowser()).newPage();
    await page.goto(`${suite.consoleUrl}/changes/${id}`);
    await page.getByText('You are not signed in').waitFor();
    await page.goto(suite.newSignInLink().url);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Set a' }).waitFor();
    expect(page.url()).toBe(`${suite.consoleUrl}/changes/${id}`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are not signed in').waitFor();
  });

  test('runs nothing of what agents write, and loads nothing', async () => {
    const suite = await startSuite();
    const corpus = [
      '<script>alert(1)</script>',
      '<img src=x onerror=alert(1)>',
      '"><svg onload=alert(1)>',
      "'-alert(1)-'",
      'javascript:alert(1)',
      '</textarea><iframe src=javascript:alert(1)>',
      '{{constructor.constructor("alert(1)")()}}',
      '<a href="javascript:alert(1)">x</a>',
      '<style>@import "http://127.0.0.1:1/x"</style>',
      '<meta http-equiv=refresh content="0;url=http://127.0.0.1:1/">',
      '⟨U+0041 <img src=x onerror=alert(1)>⟩',
      '\u2028</script><script>alert(1)//',
    ];
    const text = corpus.join('\n');
    const id = await suite.proposeFiles({
      title: corpus.join(' ').replace('\u2028', '').slice(0, 200),
      reason: text,
      files: [
        { path: '<img src=x onerror=alert(1)>.html', content: text },
        { path: 'src/app.ts', content: `${text}\n` },
      ],
    });
    await suite.proposeNote(text, { reason: text });
    const { page, complaints } = await signIn(suite);
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(`${suite.consoleUrl}/`)) foreign.push(request.url());
    });
    await page.locator('.card').first().waitFor();
    await page.goto(`${suite.consoleUrl}/changes/${id}`);
    await page.locator('.diff').last().waitFor();
    const shown = await page.locator('main').innerText();
    for (const one of corpus.slice(0, 9)) expect(shown).toContain(one);
    expect(await page.locator('main :is(script, img, svg, iframe, style, meta, [onerror], [onload])').count()).toBe(0);
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(foreign).toEqual([]);
  });

  test('sets hidden characters off, and hides no part of a long line', async () => {
    const suite = await startSuite();
    const id = await suite.proposeFiles({
      files: [{ path: 'src/app.ts', content: `one \u202e two\n${' '.repeat(3_000)}evil()\n` }],
    });
    const { page } = await signIn(suite, { viewport: { width: 390, height: 844 } });
    await page.goto(`${suite.consoleUrl}/changes/${id}`);
    const mark = page.locator('.diff mark', { hasText: 'RIGHT-TO-LEFT OVERRIDE' });
    expect(await mark.innerText()).toBe('⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const box = await page.getByText('evil()').boundingBox();
    expect(box && box.x + box.width).toBeLessThanOrEqual(390);
  });
});

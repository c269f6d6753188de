import { beforeEach, describe, expect, test } from 'vitest';
import { needsBrowser, oneBrowser } from './browser.ts';
import { startSuite } from './kit.ts';
import { signInWith } from './signed-in.ts';

const openBrowser = oneBrowser();

describe('the console in a browser, however much there is to show,', () => {
  beforeEach(needsBrowser);

  test('opens ten thousand files and a very long one, in parts that say how much is left', async () => {
    const suite = await startSuite();
    const files = Array.from({ length: 999 }, (_, index) => ({ path: `f/${index + 1_000}.txt`, content: 'x\n' }));
    const long = Array.from({ length: 4_000 }, (_, index) => `line ${index}\n`).join('');
    const id = await suite.proposeFiles({ files: [{ path: 'a-long.txt', content: long }, ...files] });
    const { page } = await signInWith(openBrowser, suite);
    // More than any tool takes at once today: the server's answer, several times over.
    await page.route('**/api/changes/*?lines=*', async (route) => {
      const answer = await route.fetch();
      const body = await answer.json();
      const { effects } = body.content;
      const pages = Array.from({ length: 400 }, (_, at) => ({
        ...{ kind: 'field', target: `page ${at}`, field: 'title', before: 'old', after: `title ${at}` },
      }));
      body.content.effects = [...Array.from({ length: 10 }, () => effects).flat(), ...pages];
      await route.fulfill({ response: answer, json: body });
    });
    await page.goto(`${suite.consoleUrl}/changes/${id}`);
    await page.getByText('10,000 files:').waitFor();
    expect(await page.locator('.fields').count()).toBe(300);
    await page.getByText(/^Show more: 10\d parts not shown yet$/).waitFor();
    await page.getByText(/^List of 40\d parts$/).click();
    await page.getByRole('link', { name: 'page 350' }).click();
    await page.getByText('title 350').waitFor();
    expect(await page.locator('.file').count()).toBe(300);
    await page.getByText('9,700 files not shown yet').click();
    expect(await page.locator('.file').count()).toBe(600);
    const first = page.locator('.file').first();
    await first.getByText('1,000 lines of this difference not shown yet').click();
    await first.locator('tr', { hasText: 'line 3999' }).waitFor();
    expect(await first.locator('tr').last().innerText()).toMatch(/^\s*4000\s+\+\s+line 3999$/);
    const last = page.locator('.file').nth(599);
    await last.locator('summary').click();
    await last.locator('tr.new').waitFor();
    expect(await last.innerText()).toContain('f/1598.txt');
  });

  test('lets a note be looked at and decided of which 140,000 characters do not show', async () => {
    const suite = await startSuite();
    const { page, complaints } = await signInWith(openBrowser, suite);
    const hidden = await suite.proposeNotes({ b: '\u202e'.repeat(140_000) });
    await page.goto(`${suite.consoleUrl}/changes/${hidden}`);
    await page.getByRole('button', { name: 'Approve' }).first().waitFor();
    expect(await page.locator('mark.unseen').count()).toBe(2_000);
    expect(complaints).toEqual([]);
  });
});

import type { BrowserContextOptions, Page } from 'playwright-core';
import type { OpenBrowser } from './browser.ts';
import type { Suite } from './kit.ts';

/** A page that is signed in, and every complaint that the browser made about it. */
export async function signInWith(
  openBrowser: OpenBrowser,
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

import { mkdirSync, readFileSync, statSync } from 'node:fs';
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const folder = new URL('../../../docs/images/console/', import.meta.url);
const tour = new URL('../../../docs/console.md', import.meta.url);
const updates = process.env['UPDATE_SCREENSHOTS'] === '1';
const mostBytes = 150_000;

/** Serious and critical findings of axe-core about a page as it stands, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // Of what is as it should be, nothing need be told.
    const what = { resultTypes: ['violations'], ...(colorScheme === 'dark' && { runOnly: ['color-contrast'] }) };
    const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(what)})`);
    const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(bad.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
}

/** Nothing stands out of a narrow window to the side. */
export async function expectNoSideScroll(page: Page): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
}

/**
 * A picture of the tour in docs/console.md: taken anew with UPDATE_SCREENSHOTS=1; otherwise only that the tour shows it
 * and that it is there.
 */
export async function picture(page: Page, name: string, colorScheme: 'light' | 'dark'): Promise<void> {
  const file = new URL(`${name}.png`, folder);
  if (updates) {
    mkdirSync(folder, { recursive: true });
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: file.pathname });
  }
  expect(readFileSync(tour, 'utf8')).toContain(`](images/console/${name}.png)`);
  expect(statSync(file).size).toBeLessThan(mostBytes);
}

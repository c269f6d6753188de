import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { onTestFinished, type TestContext } from 'vitest';

const executablePath = process.env['COUNTERSIGN_CHROMIUM'] ?? '/usr/bin/chromium';

/** Skips a test where there is no browser to test with. Where one is required, the test runs and fails instead. */
export function needsBrowser(context: TestContext): void {
  const isRequired = process.env['COUNTERSIGN_REQUIRE_BROWSER'] === '1';
  context.skip(!existsSync(executablePath) && !isRequired, `there is no Chromium at ${executablePath}`);
}

/** A real browser with a profile of its own, which ends with the test. */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), 'countersign-browser-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ...options,
  });
  onTestFinished(async () => {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  });
  return browser;
}

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, onTestFinished, type TestContext } from 'vitest';

const executablePath = process.env['COUNTERSIGN_CHROMIUM'] ?? '/usr/bin/chromium';

/** Skips a test where there is no browser to test with. Where one is required, the test runs and fails instead. */
export function needsBrowser(context: TestContext): void {
  const isRequired = process.env['COUNTERSIGN_REQUIRE_BROWSER'] === '1';
  context.skip(!existsSync(executablePath) && !isRequired, `there is no Chromium at ${executablePath}`);
}

export type OpenBrowser = (options?: BrowserContextOptions) => Promise<BrowserContext>;

/** A real browser for the tests of a file. Each test opens a profile of its own in it, which ends with the test. */
export function oneBrowser(): OpenBrowser {
  let browser: Promise<Browser> | undefined;
  afterAll(async () => {
    await (await browser)?.close();
  });
  return async (options = {}) => {
    browser ??= chromium.launch({ executablePath, args });
    const context = await (await browser).newContext(options);
    // How long a page takes is for the machine to say.
    context.setDefaultTimeout(100_000);
    onTestFinished(() => context.close());
    return context;
  };
}

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

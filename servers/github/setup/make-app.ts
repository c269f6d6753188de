import { compared, type Permissions } from '#shared/github/permissions.ts';
import { waitForCode } from './callback.ts';
import { convert } from './convert.ts';
import { holdKeyFile } from './key-file.ts';
import { manifestOf } from './manifest.ts';
import { installPage, newAppPage, siteOf } from './site.ts';

export type SetupOptions = {
  /** As in the settings of the server: https://api.github.com, or https://HOST. */
  readonly url: string;
  /** Whose App it is to be; the person's who makes it unless given. */
  readonly organization?: string | undefined;
  readonly name: string;
  readonly permissions: Permissions;
  /** Where the private key goes. */
  readonly key: string;
  readonly force: boolean;
  readonly timeoutMs: number;
  readonly userAgent: string;
  /** Gets the address that the person has to open. */
  readonly onOpen: (url: string) => void;
  /** Gives up. */
  readonly signal?: AbortSignal;
};

/** What is needed to use the App. No secret. */
export type SetUp = {
  readonly app_id: number;
  readonly slug: string;
  readonly key: string;
  readonly install: string;
  readonly permissions: Permissions;
  /** What the App was given otherwise than asked for. */
  readonly differs: readonly string[];
};

/** Has a person make a GitHub App with exactly these permissions, and keeps its key. Throws AppError. */
export async function makeGithubApp(options: SetupOptions): Promise<SetUp> {
  const { organization, permissions, key } = options;
  const site = siteOf(options.url);
  const file = holdKeyFile(key, options);
  try {
    const waiting = await waitForCode({
      timeoutMs: options.timeoutMs,
      goTo: ({ redirectUrl, state }) => {
        const homepage = organization === undefined ? site.pages : `${site.pages}/${encodeURIComponent(organization)}`;
        const manifest = manifestOf({ name: options.name, homepage, redirectUrl, permissions });
        return { page: newAppPage(site, organization, state), manifest };
      },
    });
    let last = 'The App is made and its key is kept. You can close this page.';
    try {
      options.onOpen(waiting.url);
      const app = await convert(site, await orGivenUp(waiting.code, options.signal), options.userAgent);
      file.keep(app.pem.reveal());
      const { missing, beyond } = compared(permissions, app.permissions);
      return {
        ...{ app_id: app.id, slug: app.slug, key, install: installPage(site, app.slug), permissions },
        differs: [...missing.map((one) => `lacks ${one}`), ...beyond.map((one) => `has ${one}`)],
      };
    } catch (error) {
      last = 'This did not work; the terminal says why.';
      throw error;
    } finally {
      await waiting.close(last);
    }
  } finally {
    file.discard();
  }
}

function orGivenUp<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
    work.then(resolve, reject);
  });
}

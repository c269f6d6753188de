import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import { failureOf } from '#shared/github/failure.ts';
import { fetchWithin } from '#shared/github/fetch.ts';
import { restSend } from '#shared/github/rest.ts';
import { Secret } from '#shared/http/secret.ts';
import type { Site } from './site.ts';

/** An App that GitHub made. The secrets that come with it and that nothing here needs are not even read. */
export type MadeApp = {
  readonly id: number;
  readonly slug: string;
  readonly pem: Secret;
  readonly permissions: Readonly<Record<string, string>>;
};

const made = z.object({
  id: z.number().int().positive(),
  slug: z.string().regex(/^[A-Za-z0-9-]{1,100}$/),
  pem: z.string().startsWith('-----BEGIN '),
  permissions: z.record(z.string(), z.string()).default({}),
});

/** Exchanges the code of a manifest, which is good for one hour and one exchange, for the App. Throws AppError. */
export async function convert({ endpoints }: Site, code: string, userAgent: string): Promise<MadeApp> {
  const limits = { origin: endpoints.origin, userAgent, timeoutMs: 30_000, maxBytes: 1024 * 1024 } as const;
  const via = { endpoints, fetch: fetchWithin({ ...limits, redirects: 'refuse' }) };
  const answer = await restSend(via, 'POST', ['app-manifests', code, 'conversions'], {}).catch((error: unknown) => {
    throw lost(failureOf(error).said);
  });
  const parsed = made.safeParse(answer);
  if (!parsed.success) throw lost(new Error('the answer to a conversion is not an App'));
  return { ...parsed.data, pem: new Secret(parsed.data.pem) };
}

const lost = (cause: unknown): AppError =>
  new AppError('backend_refused', 'GitHub did not hand over the App that was made.', {
    next: 'If it is listed in its owner’s settings, delete it there; then run the command again.',
    cause,
  });

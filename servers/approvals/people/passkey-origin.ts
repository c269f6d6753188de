import type { Context } from 'hono';
import { AppError } from '#shared/errors.ts';

const address = /^\[|^\d{1,3}(\.\d{1,3}){3}$/;

/**
 * The origin at which a page of the console is open, which passkeys are bound to. Throws AppError `unsupported` where it
 * is an address without a name: browsers have no passkeys there (WebAuthn Level 3, section 5.1.2).
 */
export function passkeyOrigin(context: Context, publicUrl: string | undefined): string {
  const { origin, hostname, port } = new URL(publicUrl ?? `http://${context.req.header('host') ?? ''}`);
  if (!address.test(hostname)) return origin;
  throw new AppError(
    'unsupported',
    `Browsers have passkeys for names alone, and this console is open at ${hostname}.`,
    {
      next:
        publicUrl === undefined
          ? `Open it as http://localhost:${port} and sign in there.`
          : 'The operator can give it a name: COUNTERSIGN_CONSOLE_URL.',
    },
  );
}

import { randomBytes } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { type Confirmed, makeApp, newCode } from '../apps.ts';
import { permissionNames } from '../config.ts';
import type { Forge } from '../forge.ts';
import { Refusal } from '../refusal.ts';
import type { Env } from './kit.ts';

const manifestSchema = z.strictObject({
  name: z.string().min(1).max(34),
  url: z.url(),
  hook_attributes: z.strictObject({ url: z.url(), active: z.boolean().default(true) }).optional(),
  redirect_url: z.url(),
  description: z.string().optional(),
  public: z.boolean().default(true),
  default_events: z.array(z.string()).default([]),
  default_permissions: z.partialRecord(z.enum(permissionNames), z.enum(['read', 'write'])).default({}),
});

/**
 * The page to which a browser posts a manifest, as if the person there had confirmed it at once, and the exchange of the
 * code that it leads back with. Neither wants a credential.
 * https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export function manifestRoutes(forge: Forge, app: Hono<Env>): void {
  const confirmed: Confirmed = new Map();
  const confirm = async (c: Context<Env>): Promise<Response> => {
    const { manifest } = await c.req.parseBody();
    const { name, redirect_url: redirect, default_permissions: permissions } = parseManifest(manifest);
    const code = newCode();
    confirmed.set(code, { name, permissions });
    const url = new URL(redirect);
    url.searchParams.set('code', code);
    const state = c.req.query('state');
    if (state !== undefined) url.searchParams.set('state', state);
    return c.redirect(url.href, 302);
  };
  app.post('/settings/apps/new', confirm);
  app.post('/organizations/:org/settings/apps/new', confirm);
  app.post('/api/v3/app-manifests/:code/conversions', (c) => {
    const code = c.req.param('code');
    const wanted = confirmed.get(code);
    if (!confirmed.delete(code) || !wanted) throw new Refusal('NOT_FOUND', 'Not Found');
    const made = makeApp(forge, wanted);
    const secret = (): string => randomBytes(20).toString('hex');
    const about = {
      ...{ id: made.id, slug: made.slug, name: made.name, pem: made.pem, events: [] },
      ...{ client_id: `Iv1.${secret().slice(0, 16)}`, client_secret: secret(), webhook_secret: secret() },
      html_url: `${forge.site.url}/apps/${made.slug}`,
      permissions: { metadata: 'read', ...wanted.permissions },
    };
    return c.json(about, 201);
  });
}

function parseManifest(text: unknown) {
  try {
    return manifestSchema.parse(JSON.parse(String(text)));
  } catch {
    throw new Refusal('UNPROCESSABLE', 'The manifest is not one.');
  }
}

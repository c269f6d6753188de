import { randomBytes } from 'node:crypto';
import type { User } from './things.ts';
import type { Actor } from './views.ts';

type Client = { readonly id: string; secret: string; readonly user: User; grants: boolean };
type Token = { readonly client: Client; readonly scopes: readonly string[]; readonly endsAt: number };

/** Linear's OAuth: client credentials of an application, and keys of people. */
export class Oauth {
  readonly clients = new Map<string, Client>();
  readonly keys = new Map<string, User>();
  readonly tokens = new Map<string, Token>();
  /** How long a token lives, in seconds. */
  lifetime = 30 * 24 * 3600;
  /** What is given in place of what is asked for; as asked unless given. */
  scopes: readonly string[] | null = null;
  asked = 0;

  client(user: User): Client {
    const client = {
      id: `client_${user.displayName}`,
      secret: `shh_${randomBytes(8).toString('hex')}`,
      user,
      grants: true,
    };
    this.clients.set(client.id, client);
    return client;
  }

  key(user: User): string {
    const key = `lin_api_${randomBytes(20).toString('hex')}`;
    this.keys.set(key, user);
    return key;
  }

  /** Ends every token there is. */
  revoke(): void {
    this.tokens.clear();
  }

  token(form: URLSearchParams): { readonly status: number; readonly body: unknown } {
    this.asked += 1;
    const refusal = (error: string, status = 400) => ({ status, body: { error, error_description: form.toString() } });
    if (form.get('grant_type') !== 'client_credentials') return refusal('unsupported_grant_type');
    const client = this.clients.get(form.get('client_id') ?? '');
    if (client === undefined || client.secret !== form.get('client_secret')) return refusal('invalid_client', 401);
    if (!client.grants) return refusal('unauthorized_client');
    const scopes = this.scopes ?? (form.get('scope') ?? 'read').split(',');
    // Other scopes than before end what was given before.
    for (const [known, token] of this.tokens) {
      if (token.client === client && token.scopes.join() !== scopes.join()) this.tokens.delete(known);
    }
    const access_token = `lin_oauth_${randomBytes(20).toString('hex')}`;
    this.tokens.set(access_token, { client, scopes, endsAt: Date.now() + this.lifetime * 1000 });
    return {
      status: 200,
      body: { access_token, token_type: 'Bearer', expires_in: this.lifetime, scope: scopes.join(' ') },
    };
  }

  actorOf(authorization: string): Actor | null {
    const key = this.keys.get(authorization);
    if (key !== undefined) return { user: key, scopes: ['read', 'write', 'admin'] };
    const token = this.tokens.get(authorization.replace(/^Bearer /i, ''));
    if (token === undefined || !/^Bearer /i.test(authorization) || token.endsAt <= Date.now()) return null;
    return { user: token.client.user, scopes: token.scopes };
  }
}

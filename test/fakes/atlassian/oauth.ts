import type { Answer } from '../common/answer.ts';

type Client = {
  readonly id: string;
  readonly secret: string;
  readonly account: string;
  readonly scopes: readonly string[];
};
type Given = { readonly account: string; readonly scopes: readonly string[]; readonly until: number };
export type Caller = { readonly account: string; readonly scopes: readonly string[] | null };

/** Atlassian's tokens: those of service accounts, and API tokens of people. */
export class Oauth {
  readonly #clients = new Map<string, Client>();
  readonly #tokens = new Map<string, Given>();
  readonly #basic = new Map<string, string>();
  /** How many tokens were asked for. */
  asked = 0;
  /** How long a token lasts, in seconds. */
  lifetime = 3600;

  client(account: string, scopes = ['read:jira-user', 'read:jira-work', 'write:jira-work']): Client {
    const made = { id: crypto.randomUUID(), secret: `ATOA${crypto.randomUUID()}`, account, scopes };
    this.#clients.set(made.id, made);
    return made;
  }

  apiToken(account: string, email: string): string {
    const secret = `ATATT3x${crypto.randomUUID()}`;
    this.#basic.set(Buffer.from(`${email}:${secret}`).toString('base64'), account);
    return secret;
  }

  /** Takes back every token that was given. */
  revokeAll(): void {
    this.#tokens.clear();
  }

  token(given: unknown): Answer {
    this.asked += 1;
    const { grant_type, client_id, client_secret, scope = '' } = given as Readonly<Record<string, string>>;
    const client = this.#clients.get(client_id ?? '');
    if (grant_type !== 'client_credentials') return { status: 400, body: { error: 'unsupported_grant_type' } };
    if (client === undefined || client.secret !== client_secret) {
      return { status: 401, body: { error: 'access_denied', error_description: `Unauthorized ${client_secret}` } };
    }
    const wanted = scope.split(' ').filter(Boolean);
    const scopes = wanted.length === 0 ? client.scopes : client.scopes.filter((one) => wanted.includes(one));
    const secret = `eyJ${crypto.randomUUID()}`;
    this.#tokens.set(secret, { account: client.account, scopes, until: Date.now() + this.lifetime * 1000 });
    const body = { access_token: secret, expires_in: this.lifetime, token_type: 'Bearer', scope: scopes.join(' ') };
    return { status: 200, body };
  }

  /** Who a request is of; null where its credential is none. API tokens have no scopes here. */
  callerOf(authorization: string): Caller | null {
    const [, scheme = '', value = ''] = /^(\w+) (\S+)$/.exec(authorization) ?? [];
    if (scheme.toLowerCase() === 'basic') {
      const account = this.#basic.get(value);
      return account === undefined ? null : { account, scopes: null };
    }
    const token = this.#tokens.get(value);
    return token !== undefined && token.until > Date.now() ? token : null;
  }
}

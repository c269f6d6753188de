import type { Db } from './store.ts';

export type AccountType = 'User' | 'Organization' | 'Bot';
export type Account = { id: number; login: string; type: AccountType; name: string; email: string };

/** The App that Countersign is, as forge knows it. Commits it makes are authored by its bot. */
export const appSlug = 'countersign';
export const bot: Account = {
  id: 200_000_001,
  login: `${appSlug}[bot]`,
  type: 'Bot',
  name: `${appSlug}[bot]`,
  email: `200000001+${appSlug}[bot]@users.noreply.forge.localhost`,
};

/** Who commits and signs what is made through the API, as `GitHub <noreply@github.com>` does on GitHub. */
export const forgeCommitter = { name: 'Forge', email: 'noreply@forge.localhost' };

export function findAccount(db: Db, login: string): Account | undefined {
  if (login.toLowerCase() === bot.login) return bot;
  return db.prepare<[string], Account>('select * from account where login = ?').get(login);
}

/** The account whose commits carry this address. */
export function accountByEmail(db: Db, email: string): Account | undefined {
  if (email === bot.email) return bot;
  return db.prepare<[string], Account>("select * from account where email = ? and type = 'User'").get(email);
}

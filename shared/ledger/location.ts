import { resolve } from 'node:path';

/** Whether a ledger is a PostgreSQL database rather than a file. */
export function isPostgresUrl(location: string): boolean {
  return /^postgres(ql)?:\/\//i.test(location);
}

/** Where a setting says that the ledger is: a URL as it stands, or an absolute path. Relative ones count from `folder`. */
export function ledgerLocation(setting: string, folder = '.'): string {
  return isPostgresUrl(setting) ? setting : resolve(folder, setting);
}

/** What may be said of a location: a URL without its user, password and options, which hold secrets. */
export function ledgerName(location: string): string {
  if (!isPostgresUrl(location)) return location;
  const rest = location.replace(/^[^:]*:\/\//, '').replace(/[?#].*$/s, '');
  return `postgres://${rest.slice(rest.lastIndexOf('@') + 1)}`;
}

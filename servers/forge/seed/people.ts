import type { Account } from '../accounts.ts';
import type { Role } from '../repositories.ts';

type Human = Account & { type: 'User' };

const person = (id: number, login: string, name: string): Human => ({
  id,
  login,
  type: 'User',
  name,
  email: `${login}@acme.example`,
});

/** Invented people of the demo organisation, who are nobody. */
export const people = {
  alice: person(101, 'alice', 'Alice Moreau'),
  bob: person(102, 'bob', 'Bob Lindqvist'),
  carol: person(103, 'carol', 'Carol Okafor'),
  /** For whom the agent of the default blueprint acts. */
  operator: person(104, 'operator', 'Olu Prasad'),
};

export type PersonKey = keyof typeof people;

export const organization: Account = { id: 100, login: 'acme', type: 'Organization', name: 'Acme', email: '' };

/** Who may do what, by repository. */
export const permissions: Readonly<Record<string, Partial<Record<PersonKey, Role>>>> = {
  storefront: { alice: 'admin', bob: 'write', carol: 'read', operator: 'maintain' },
  billing: { alice: 'admin', bob: 'triage', carol: 'read' },
};

export type Team = { id: number; slug: string; name: string };

/** Teams of the demo organisation, which may read all of it. */
export const teams: readonly Team[] = [{ id: 301, slug: 'platform', name: 'Platform' }];

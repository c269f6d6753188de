import type { Account } from '../accounts.ts';

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
};

export type PersonKey = keyof typeof people;

export const organization: Account = { id: 100, login: 'acme', type: 'Organization', name: 'Acme', email: '' };

export const permissions: Record<PersonKey, 'admin' | 'write' | 'read'> = {
  alice: 'admin',
  bob: 'write',
  carol: 'read',
};

import { accountByEmail, appSlug } from '../../accounts.ts';
import { gitTimestamp, type Person } from '../../git/commits.ts';
import { nodeId } from '../../ids.ts';
import type { Context, Fields } from '../field.ts';
import type { ActorSource as Source } from '../sources.ts';

const pathOf = ({ account }: Source): string => (account.type === 'Bot' ? `/apps/${appSlug}` : `/${account.login}`);

const common = {
  id: ({ account }: Source) => nodeId(account.type, account.id),
  databaseId: ({ account }: Source) => account.id,
  login: ({ account }: Source) => account.login,
  url: (source: Source, _: unknown, { forge }: Context) => forge.site.url + pathOf(source),
  resourcePath: pathOf,
};

/** GraphQL gives a bot's login without the `[bot]` that REST puts behind it. */
export const actorFields: Fields = {
  User: { ...common, name: ({ account }: Source) => account.name, email: ({ account }: Source) => account.email },
  Organization: { ...common, name: ({ account }: Source) => account.name },
  Bot: { ...common, login: () => appSlug },
  GitActor: {
    name: (person: Person) => person.name,
    email: (person: Person) => person.email,
    date: (person: Person) => gitTimestamp(person),
    user: (person: Person, _: unknown, { forge }: Context) => {
      const account = accountByEmail(forge.db, person.email);
      return account?.type === 'User' ? { typename: 'User', account } : null;
    },
  },
};

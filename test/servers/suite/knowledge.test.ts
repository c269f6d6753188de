import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { neededOf } from '#servers/suite/children.ts';
import { readSettings, type SuiteSettings } from '#servers/suite/settings.ts';
import { folder } from './folder.ts';

/** The names of what is started with these settings instead of the default ones. */
function started(more: Partial<SuiteSettings>): readonly string[] {
  const settings = { ...readSettings({ data: join(folder(), 'data') }), listeners: [], ...more };
  const children = ['tickets', 'knowledge'].map((name) => ({ name, main: `${name}.ts`, environment: {} }));
  return neededOf(settings, children).map(({ name }) => name);
}

const listener = { address: '127.0.0.1', agent: 'a', blueprint: 'b' };
const both = ['tickets', 'knowledge'];

it('starts the knowledge server where a blueprint grants something of it, and else spares its memory', () => {
  expect(started({ listeners: [{ ...listener, servers: ['github'] }] })).toEqual(['tickets']);
  expect(started({ listeners: [{ ...listener, servers: ['knowledge'] }] })).toEqual(both);
});

it('starts it, too, where pages were written that may have to be put back, whoever is granted what now', () => {
  const data = join(folder(), 'data');
  mkdirSync(join(data, 'knowledge'), { recursive: true });
  expect(started({ data })).toEqual(both);
  expect(started({ realKnowledge: { name: 'notion', environment: {} } })).toEqual(both);
});

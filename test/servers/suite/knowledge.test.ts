import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { childrenOf, neededOf } from '#servers/suite/children.ts';
import { readEnvironment } from '#servers/suite/config.ts';
import { readSettings, type SuiteSettings } from '#servers/suite/settings.ts';
import { folder } from './folder.ts';

/** The names of what is started with these settings, but for the default blueprint's. */
function started(more: Partial<SuiteSettings>): readonly string[] {
  const settings = { ...readSettings({ data: join(folder(), 'data') }), listeners: [], ...more };
  return neededOf(settings, childrenOf(settings, readEnvironment({}))).map(({ name }) => name);
}

const listener = { address: '127.0.0.1', agent: 'a', blueprint: 'b' };

it('starts the knowledge server where a blueprint grants something of it, and else spares its memory', () => {
  expect(started({ listeners: [{ ...listener, servers: ['github'] }] })).not.toContain('knowledge');
  expect(started({ listeners: [{ ...listener, servers: ['knowledge'] }] })).toContain('knowledge');
});

it('starts it, too, where pages were written that may have to be put back, whoever is granted what now', () => {
  const data = join(folder(), 'data');
  mkdirSync(join(data, 'knowledge'), { recursive: true });
  expect(started({ data })).toContain('knowledge');
  expect(started({ realKnowledge: { name: 'notion', environment: {} } })).toContain('knowledge');
});

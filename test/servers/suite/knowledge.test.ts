import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { confluenceSecrets, confluenceSettings } from '#servers/knowledge/confluence/settings.ts';
import { notionSecrets, notionSettings } from '#servers/knowledge/notion/settings.ts';
import { childrenOf, neededOf } from '#servers/suite/children.ts';
import { readEnvironment } from '#servers/suite/config.ts';
import { realKnowledge } from '#servers/suite/knowledge.ts';
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

it('tells the knowledge server alone where its embedded pages get vectors from', () => {
  const configFile = join(folder(), 'countersign.yaml');
  const section = 'embeddings: { url: "http://127.0.0.1:11434/v1/embeddings", model: words, key: ./key }\n';
  writeFileSync(configFile, section);
  const settings = readSettings({ configFile, data: join(configFile, '../data') });
  const told = childrenOf(settings, readEnvironment({})).filter(({ environment }) =>
    Object.keys(environment).some((name) => name.includes('EMBEDDINGS')),
  );
  expect(told).toMatchObject([
    {
      name: 'knowledge',
      environment: {
        COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_URL: 'http://127.0.0.1:11434/v1/embeddings',
        COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_MODEL: 'words',
        COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_KEY_FILE: join(configFile, '../key'),
      },
    },
  ]);
  writeFileSync(
    configFile,
    `${section}knowledge: { notion: { token: t, namespaces: "a=0123456789abcdef0123456789abcdef" } }\n`,
  );
  expect(() => readSettings({ configFile, singleUser: true })).toThrow(
    'vectors are for the embedded store of pages alone',
  );
});

const real = {
  confluence: {
    ...{ settings: confluenceSettings, secrets: confluenceSecrets },
    section:
      '{ site: "https://a.example", cloud_id: c, client_id: c, client_secret: s, email: e, api_token: t, api_url: "https://b.example", token_url: "https://c.example" }',
  },
  notion: {
    ...{ settings: notionSettings, secrets: notionSecrets },
    section: '{ token: t, namespaces: "handbook=0123456789abcdef0123456789abcdef", url: "https://a.example" }',
  },
};

it.each(Object.entries(real))(
  'tells %s to the knowledge server alone, in the variables that it reads',
  (name, told) => {
    const configFile = join(folder(), 'countersign.yaml');
    writeFileSync(configFile, `knowledge: { ${name}: ${told.section} }\n`);
    const refusal = { code: 'bad_configuration', next: expect.stringContaining('--single-user') };
    expect(() => readSettings({ configFile })).toThrow(expect.objectContaining(refusal));
    const settings = readSettings({ configFile, data: join(configFile, '../data'), singleUser: true });
    const [secret = ''] = told.secrets;
    const children = childrenOf(settings, readEnvironment({ [secret]: 'a-secret' }));
    const { knowledge = {}, ...others } = Object.fromEntries(children.map((one) => [one.name, one.environment]));
    expect(knowledge).toMatchObject({ COUNTERSIGN_KNOWLEDGE_BACKEND: name, [secret]: 'a-secret' });
    const own = Object.keys(knowledge).filter((variable) => Object.hasOwn(told.settings, variable));
    expect(new Set([...own, ...told.secrets])).toEqual(new Set(Object.keys(told.settings)));
    expect(realKnowledge.secretNames).toEqual(expect.arrayContaining([...told.secrets]));
    for (const hidden of [name.toUpperCase(), 'a-secret']) expect(JSON.stringify(others)).not.toContain(hidden);
    expect(others['approvals']).toMatchObject({ COUNTERSIGN_REAL_BACKEND: '1' });
  },
);

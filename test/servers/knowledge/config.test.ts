import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allCapabilities, knowledgeCapabilities } from '#capabilities/index.ts';
import { readConfig } from '#servers/knowledge/config.ts';
import { openEmbedded } from '#servers/knowledge/embedded/open.ts';
import { instructionsFor } from '#servers/knowledge/instructions.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { openSigningKey, publishKey } from '#shared/changes/keys.ts';
import { diagnose } from '#shared/server/diagnose.ts';
import { newFolder } from './embedded/base.ts';
import { newLedger } from './ledger.ts';

const complete = {
  COUNTERSIGN_DATA: '/srv/countersign',
  COUNTERSIGN_DECISION_KEYS: '/srv/keys.json',
  COUNTERSIGN_REVIEW_URL: 'http://127.0.0.1:7200/',
};

test('the embedded pages, on port 7103, are what nobody has to configure', () => {
  expect(readConfig(complete)).toMatchObject({
    accounts: 'knowledge',
    port: 7103,
    ledger: '/srv/countersign/ledger.db',
    reviewUrl: 'http://127.0.0.1:7200',
  });
});

test('every problem of the settings is told at once', () => {
  const wrong = { COUNTERSIGN_KNOWLEDGE_BACKEND: 'wiki', COUNTERSIGN_KNOWLEDGE_PORT: '70000' };
  const read = () => readConfig({ ...complete, ...wrong, COUNTERSIGN_DATA: undefined });
  expect(read).toThrow(expect.objectContaining({ code: 'bad_configuration' }));
  expect(read).toThrow(/^The knowledge server cannot start:\n/);
  for (const name of [...Object.keys(wrong), 'COUNTERSIGN_DATA']) expect(read).toThrow(`${name}: `);
});

test('vectors need an address that can be called, and a model; a key is in a file that others cannot read', () => {
  const key = join(newFolder(), 'key');
  writeFileSync(key, 'key-of-the-endpoint\n', { mode: 0o600 });
  const given = (more: Readonly<Record<string, string>>) => () => {
    const settings = Object.entries(more).map(([name, value]) => [`COUNTERSIGN_KNOWLEDGE_EMBEDDINGS_${name}`, value]);
    return readConfig({ ...complete, ...Object.fromEntries(settings) });
  };
  const URL = 'http://127.0.0.1:11434/v1/embeddings';
  expect(given({ URL, MODEL: 'words', KEY_FILE: key })).not.toThrow();
  expect(given({ URL: 'https://vectors.example/v1/embeddings', MODEL: 'words' })).not.toThrow();
  expect(given({ URL })).toThrow('EMBEDDINGS_MODEL: is needed');
  expect(given({ MODEL: 'words', KEY_FILE: key })).toThrow(
    /EMBEDDINGS_MODEL: has no use.*\n.*EMBEDDINGS_KEY_FILE: has no use/,
  );
  expect(given({ URL: 'http://vectors.example/v1/embeddings', MODEL: 'words' })).toThrow('must begin with https://');
  expect(given({ URL: 'http://me:secret@127.0.0.1/', MODEL: 'words' })).toThrow(
    'must not hold a user name or password',
  );
  chmodSync(key, 0o644);
  expect(given({ URL, MODEL: 'words', KEY_FILE: key })).toThrow('EMBEDDINGS_KEY_FILE: can be read by others');
});

test('a model is told how to go on, and of quarantine only where there is one', () => {
  const told = instructionsFor({ name: 'the embedded pages', quarantine: true });
  expect(told).toMatch(/^Pages in the embedded pages, .*wait_for_change.*untrusted.*\{\{after\.pull_request_url\}\}/);
  expect(told).toContain('quarantine');
  expect(instructionsFor({ name: 'Notion', quarantine: false })).not.toContain('quarantine');
});

test('the doctor looks at each namespace that is granted, at the keys of decisions and at the ledger', async () => {
  const { folder } = await newLedger();
  const config = { decisionKeys: join(folder, 'keys.json'), ledger: join(folder, 'ledger.db') };
  publishKey(config.decisionKeys, openSigningKey(join(folder, 'key.pem')));
  const blueprint = parseBlueprint({
    text: `blueprint: one\ngoal: g\nagent: a\nsponsor: s\ncallers: [{ listener: 127.0.0.1 }]
capabilities: { knowledge-read: { namespaces: [none, nowhere] }, knowledge-write: { namespaces: [NONE] } }`,
    source: 'one.yaml',
    capabilities: allCapabilities,
  });
  const backend = await openEmbedded({ path: ':memory:' });
  const looked = { config, blueprints: [blueprint], backend, capabilities: knowledgeCapabilities };
  const report = await diagnose({ ...looked, divisions: 'namespaces' });
  await backend.close();
  const verdicts = report.findings.map(({ about, check, verdict }) => [`${check} ${about}`, verdict]);
  expect(Object.fromEntries(verdicts)).toMatchObject({
    [`decision_keys ${config.decisionKeys}`]: 'ok',
    [`ledger ${config.ledger}`]: 'ok',
    'namespace none': 'wrong',
    'namespace nowhere': 'wrong',
  });
  expect(report.findings.filter(({ check }) => check === 'namespace')).toHaveLength(2);
});

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { childrenOf } from '#servers/suite/children.ts';
import { readSettings } from '#servers/suite/settings.ts';
import { addContentKey, readContentKeys } from '#shared/ledger/content-keys.ts';
import { folder } from './folder.ts';

/** What the servers of a suite are told of keys and retention, by their names. */
function toldOf(text: string, data = folder()) {
  const configFile = join(data, 'countersign.yaml');
  writeFileSync(configFile, `data: ${data}\n${text}`);
  const children = childrenOf(readSettings({ configFile, singleUser: true }), {
    basics: {},
    approverToken: undefined,
    githubAppKey: undefined,
    secrets: { tickets: {}, knowledge: {} },
  });
  const names = ['COUNTERSIGN_CONTENTS_KEYS', 'COUNTERSIGN_CONTENTS_RETENTION'];
  return {
    data,
    told: Object.fromEntries(
      children.map(({ name, environment }) => [name, names.map((variable) => environment[variable])]),
    ),
  };
}

const github = 'github: { url: "https://api.github.com", app_id: 1, app_key: key.pem }\n';

it('contents stay plain with the embedded GitHub, and are kept for ever', () => {
  const { data, told } = toldOf('');
  expect(told).toEqual({
    forge: [undefined, undefined],
    approvals: [undefined, undefined],
    github: [undefined, undefined],
    tickets: [undefined, undefined],
    knowledge: [undefined, undefined],
  });
  expect(existsSync(join(data, 'keys'))).toBe(false);
});

it('contents are encrypted where a real GitHub is configured, with a key that is made once', () => {
  const { data, told } = toldOf(github);
  const path = join(data, 'keys', 'contents.keys');
  const given = [path, undefined];
  expect(told).toEqual({ approvals: given, github: given, tickets: given, knowledge: given });
  const keys = [...readContentKeys(path).keys()];
  expect(keys).toHaveLength(1);
  toldOf(github, data);
  expect([...readContentKeys(path).keys()]).toEqual(keys);
});

it('contents are encrypted where a file is named, or keys are there', () => {
  const named = toldOf('contents_keys: mine.keys\n');
  expect(named.told['github']).toEqual([join(named.data, 'mine.keys'), undefined]);
  expect([...readContentKeys(join(named.data, 'mine.keys')).keys()]).toHaveLength(1);
  const data = folder();
  const path = join(data, 'keys', 'contents.keys');
  addContentKey(path, new Date());
  expect(toldOf('', data).told['approvals']).toEqual([path, undefined]);
});

it('a retention is told to the server that drops, and is a number of days or none', () => {
  expect(toldOf('retention: { contents: 90d }\n').told).toMatchObject({
    approvals: [undefined, '90d'],
    github: [undefined, undefined],
  });
  expect(toldOf('retention: { contents: forever }\n').told).toMatchObject({ approvals: [undefined, undefined] });
  for (const wrong of ['90', '0d', '3 months', '-1d']) {
    expect(() => toldOf(`retention: { contents: "${wrong}" }\n`)).toThrow('must be a number of days, such as 90d');
  }
});

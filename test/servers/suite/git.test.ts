import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { childrenOf } from '#servers/suite/children.ts';
import { readSettings } from '#servers/suite/settings.ts';
import { folder } from './folder.ts';

/** What the GitHub server is told of git. */
function toldOf(text: string) {
  const data = folder();
  const configFile = join(data, 'countersign.yaml');
  writeFileSync(configFile, `data: ${data}\n${text}`);
  const environment = {
    basics: {},
    approverToken: undefined,
    githubAppKey: undefined,
    secrets: { tickets: {}, knowledge: {} },
  };
  const github = childrenOf(readSettings({ configFile }), environment).find(({ name }) => name === 'github');
  return ['COUNTERSIGN_GITHUB_GIT', 'COUNTERSIGN_GITHUB_GIT_DISK'].map((name) => github?.environment[name]);
}

it('git is left as it is, switched off, or given another room in the configuration', () => {
  expect(toldOf('')).toEqual([undefined, undefined]);
  expect(toldOf('git: { serve: false }\n')).toEqual(['off', undefined]);
  expect(toldOf('git: { serve: true, disk: 2TiB }\n')).toEqual([undefined, '2097152MiB']);
  expect(() => toldOf('git: { disk: 10 }\n')).toThrow('git.disk');
  expect(() => toldOf('git: { disk: 10GB }\n')).toThrow('must be a size, such as 500MiB or 10GiB');
});

import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { banner } from '#servers/suite/banner.ts';
import { portsFrom, type SuiteSettings } from '#servers/suite/settings.ts';

const urls = {
  forge: 'http://127.0.0.1:7100',
  github: 'http://127.0.0.1:7101/mcp',
  tickets: 'http://127.0.0.1:7102/mcp',
  knowledge: 'http://127.0.0.1:7103/mcp',
  approvals: 'http://127.0.0.1:7104/mcp',
  console: 'http://127.0.0.1:7200',
};

const settings: SuiteSettings = {
  data: '/srv/countersign',
  ledger: '/srv/countersign/ledger.db',
  blueprints: '/srv/blueprints',
  listeners: [
    { address: '127.0.0.1', agent: 'demo-agent', blueprint: 'demo', servers: ['github', 'tickets', 'knowledge'] },
  ],
  ports: portsFrom(7100),
  realGithub: null,
  realTickets: null,
  realKnowledge: null,
  contentsKeys: { path: '/srv/countersign/keys/contents.keys', wanted: false },
  contentsRetention: null,
  readsRetention: null,
};

it('says where everything is, how to connect, and how far the promises reach', () => {
  const text = banner({ settings, urls, signIn: () => 'http://127.0.0.1:7200/sign-in/one-time' });
  expect(stripVTControlCharacters(text)).toMatchSnapshot();
});

it('says how to clone, unless git is not served', () => {
  const told = (more: Partial<SuiteSettings>) =>
    banner({ settings: { ...settings, ...more }, urls, signIn: () => undefined }).includes(
      'git clone http://127.0.0.1:7101/git/OWNER/REPO.git',
    );
  expect([told({}), told({ git: { disk: 1 } }), told({ git: { serve: false } })]).toEqual([true, true, false]);
});

it('has a row for each listener and server that a blueprint grants something of, with the agent that it stands for', () => {
  const listeners: SuiteSettings['listeners'] = [
    { address: '127.0.0.2', agent: 'one', blueprint: 'one', servers: ['github'] },
    { address: '::1', agent: 'two', blueprint: 'two', servers: ['github', 'tickets'] },
  ];
  const rows = banner({ settings: { ...settings, listeners }, urls, signIn: () => undefined })
    .split('\n')
    .slice(1, 8);
  expect(rows).toEqual([
    '  forge, the local stand-in for GitHub  http://127.0.0.1:7100',
    '  github (MCP), for one                 http://127.0.0.2:7101/mcp',
    '  approvals (MCP), for one              http://127.0.0.2:7104/mcp',
    '  github (MCP), for two                 http://[::1]:7101/mcp',
    '  tickets (MCP), for two                http://[::1]:7102/mcp',
    '  approvals (MCP), for two              http://[::1]:7104/mcp',
    '  console, for people                   http://127.0.0.1:7200',
  ]);
});

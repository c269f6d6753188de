import { styleText } from 'node:util';
import { type SuiteSettings, urlAt } from './settings.ts';
import type { Suite } from './suite.ts';

type Row = readonly [what: string, url: string];

/** What `countersign start` prints when everything answers. Styles show only on a terminal that has them. */
export function banner({ settings, urls, signIn }: Pick<Suite, 'settings' | 'urls' | 'signIn'>): string {
  const link = signIn();
  return [
    title('Countersign runs'),
    ...table(rowsOf(settings)),
    '',
    title('Decide changes'),
    link === undefined
      ? `  ${urls.console}`
      : `  ${styleText('cyan', link)}\n  (a link for one sign-in; keep it to yourself)`,
    '',
    ...clients(endpointsOf({ settings, urls })),
    ...(settings.git?.serve === false ? [] : shell(urls.github)),
    title('How far this reaches'),
    `  ${reach}`,
    '',
    `Blueprints, unsigned: ${settings.blueprints}`,
    `Data: ${settings.data}`,
    'Stop with Ctrl-C.',
  ].join('\n');
}

const reach =
  'On one machine and under one user id, an agent can read the suite’s memory, files and keys. That writes wait for a\n' +
  '  person, that agents cannot decide, that credentials stay inside and that the record is whole holds against an agent\n' +
  '  that runs as another user, in a container, or on another machine.';

const title = (text: string): string => styleText('bold', text);

/** What the first agent reaches, by the names that clients give it. */
function endpointsOf({ settings, urls }: Pick<Suite, 'settings' | 'urls'>): Endpoints {
  const { github, tickets, knowledge, approvals } = urls;
  const servers = settings.listeners[0]?.servers ?? [];
  return {
    ...(servers.includes('github') && { github }),
    ...(servers.includes('tickets') && { tickets }),
    ...(servers.includes('knowledge') && { knowledge }),
    approvals,
  };
}

type Endpoints = Readonly<Record<string, string>>;

function rowsOf({ ports, listeners, realGithub, consoleUrl }: SuiteSettings): Row[] {
  const several = listeners.length > 1;
  return [
    ...(realGithub === null
      ? [['forge, the local stand-in for GitHub', `http://127.0.0.1:${ports.forge}`] as const]
      : []),
    ...listeners.flatMap(({ address, agent, servers }): Row[] => {
      const whose = several ? `, for ${agent}` : '';
      return [...servers, 'approvals' as const].map((server) => [
        `${server} (MCP)${whose}`,
        urlAt(address)(ports[server]),
      ]);
    }),
    ['console, for people', consoleUrl ?? `http://127.0.0.1:${ports.console}`],
  ];
}

function table(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([what]) => what.length));
  return rows.map(([what, url]) => `  ${what.padEnd(width)}  ${url}`);
}

/** For agents with a shell. What they push waits as any other change does. */
const shell = (github: string): string[] => [
  title('Clone, fetch and push with git, without a credential'),
  `  git clone ${new URL('/git/OWNER/REPO.git', github).href}`,
  '',
];

/** Configuration to paste, for the clients that were tried. */
function clients(endpoints: Endpoints): string[] {
  const names = Object.keys(endpoints);
  const openClaw = {
    mcp: {
      servers: Object.fromEntries(
        Object.entries(endpoints).map(([name, url]) => [
          name,
          { url, transport: 'streamable-http', requestTimeoutMs: 120_000 },
        ]),
      ),
    },
  };
  return [
    title('Connect Claude Agent SDK (TypeScript, in the options of query)'),
    '  mcpServers: {',
    ...names.map((name) => `    ${name}: { type: 'http', url: '${endpoints[name]}' },`),
    '  },',
    `  allowedTools: [${names.map((name) => `'mcp__${name}__*'`).join(', ')}],`,
    '',
    title('Connect OpenClaw (in its configuration)'),
    ...JSON.stringify(openClaw, null, 2)
      .split('\n')
      .map((line) => `  ${line}`),
    '',
    title('Look with MCP Inspector'),
    `  npx @modelcontextprotocol/inspector@2.12.0 --cli ${Object.values(endpoints)[0]} --transport http --method tools/list`,
    '',
  ];
}

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allCapabilities, ticketCapabilities } from '#capabilities/index.ts';
import { readConfig } from '#servers/tickets/config.ts';
import { instructionsFor } from '#servers/tickets/instructions.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { openSigningKey, publishKey } from '#shared/changes/keys.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { diagnose } from '#shared/server/diagnose.ts';
import { whatLacks } from '#shared/server/lacking.ts';
import { newFolder, newTracker } from './embedded/tracker.ts';

const complete = {
  COUNTERSIGN_DATA: '/srv/countersign',
  COUNTERSIGN_DECISION_KEYS: '/srv/keys.json',
  COUNTERSIGN_REVIEW_URL: 'http://127.0.0.1:7200/',
};

function problemsOf(environment: Record<string, string | undefined>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad_configuration' });
    return (error as Error).message;
  }
  return expect.unreachable('the configuration was taken');
}

const blueprint = (projects: string) =>
  parseBlueprint({
    text: `blueprint: one\ngoal: g\nagent: a\nsponsor: s\ncallers: [{ listener: 127.0.0.1 }]
capabilities: { ticket-read: { projects: [${projects}] }, ticket-write: { projects: [WEB], tools: [add_comment, archive_ticket] } }`,
    source: 'one.yaml',
    capabilities: allCapabilities,
  });

describe('the settings of the ticket server', () => {
  test('are the embedded tracker on port 7102 unless something else is said', () => {
    expect(readConfig(complete)).toMatchObject({
      ...{ accounts: 'tickets', port: 7102, leaseMs: 10_000, reviewUrl: 'http://127.0.0.1:7200' },
      ledger: '/srv/countersign/ledger.db',
      blueprints: expect.stringMatching(/default\.yaml$/),
    });
  });

  test('are told with every problem at once, those of the backend among them', () => {
    const told = problemsOf({ COUNTERSIGN_TICKETS_BACKEND: 'jira', COUNTERSIGN_TICKETS_PORT: 'x' });
    for (const name of [
      'TICKETS_PORT',
      'DATA',
      'DECISION_KEYS',
      'REVIEW_URL',
      'TICKETS_JIRA_SITE',
      'TICKETS_JIRA_CLIENT_ID',
    ]) {
      expect(told).toMatch(new RegExp(`^COUNTERSIGN_${name}: `, 'm'));
    }
    expect(problemsOf({ ...complete, COUNTERSIGN_TICKETS_BACKEND: 'trello' })).toContain(
      'COUNTERSIGN_TICKETS_BACKEND: must be one of embedded, jira, linear, github',
    );
  });

  test('lose a secret that stands in the environment, once it is read', () => {
    const { env } = process;
    const given = {
      ...complete,
      COUNTERSIGN_TICKETS_BACKEND: 'linear',
      COUNTERSIGN_TICKETS_LINEAR_API_KEY: 'lin_api_0123456789',
    };
    try {
      // A copy takes its place and not the other way round: others hold on to the one that was there.
      process.env = { ...env, ...given };
      expect(readConfig().accounts).toBe('linear');
      expect(process.env).not.toHaveProperty('COUNTERSIGN_TICKETS_LINEAR_API_KEY');
    } finally {
      process.env = env;
    }
  });
});

test('what a backend lacks is said of each blueprint that grants it, and of no other', () => {
  const lacks = ['archive_ticket', 'link_tickets'];
  expect(whatLacks({ name: 'Jira', lacks }, ticketCapabilities, [blueprint('WEB')])).toEqual([
    {
      blueprint: 'one',
      message: 'Jira cannot serve archive_ticket, which one grants: its agent is not shown it.',
    },
  ]);
  expect(whatLacks({ name: 'Jira', lacks: [] }, ticketCapabilities, [blueprint('WEB')])).toEqual([]);
});

test('a model is told how to go on, and that texts may refer to a pull request', () => {
  expect(instructionsFor('Jira')).toMatch(
    /^Tickets in Jira, .*wait_for_change.*untrusted.*\{\{after\.pull_request_url\}\}/,
  );
});

test('the doctor looks at each project that is granted, at the keys of decisions and at the ledger', async () => {
  const folder = newFolder();
  const config = { decisionKeys: join(folder, 'keys.json'), ledger: join(folder, 'ledger.db') };
  const { reader, examine } = newTracker();
  const ofTickets = { capabilities: ticketCapabilities, divisions: 'projects' };
  const look = () =>
    diagnose({ config, blueprints: [blueprint('WEB, NONE')], backend: { reader, examine }, ...ofTickets });
  const verdicts = async () =>
    Object.fromEntries((await look()).findings.map(({ about, check, verdict }) => [`${check} ${about}`, verdict]));
  expect(await verdicts()).toMatchObject({ [`decision_keys ${config.decisionKeys}`]: 'wrong' });
  publishKey(config.decisionKeys, openSigningKey(join(folder, 'key.pem')));
  await (await openLedger(config.ledger)).close();
  expect(await verdicts()).toEqual({
    [`decision_keys ${config.decisionKeys}`]: 'ok',
    [`ledger ${config.ledger}`]: 'ok',
    'file tracker': 'ok',
    'project WEB': 'ok',
    'project NONE': 'wrong',
  });
  expect(await look()).toMatchObject({ server: 'tickets', reached: true });
});

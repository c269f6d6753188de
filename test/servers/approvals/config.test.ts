import { describe, expect, test } from 'vitest';
import { readConfig } from '#servers/approvals/config.ts';

const good = { COUNTERSIGN_DATA: '/data' };
const secret = 'a-preset-token-of-more-than-32-characters';

describe('the settings', () => {
  test('need the data directory alone', () => {
    expect(readConfig(good)).toMatchObject({
      ledger: '/data/ledger.db',
      queuePort: 7104,
      console: { host: '127.0.0.1', port: 7200 },
      blueprints: expect.stringMatching(/capabilities\/blueprints\/default\.yaml$/),
      decisionKey: '/data/approvals/decision-key.pem',
      decisionKeys: '/data/approvals/decision-keys.json',
      approverToken: undefined,
      signInFile: undefined,
    });
  });

  test('may name a PostgreSQL database as the ledger', () => {
    const url = 'postgres://countersign_approvals@db.internal/countersign';
    expect(readConfig({ ...good, COUNTERSIGN_LEDGER: url }).ledger).toBe(url);
  });

  test('tell every problem at once, and no secret', () => {
    const wrong = {
      COUNTERSIGN_APPROVALS_PORT: '70000',
      COUNTERSIGN_CONSOLE_PORT: 'x',
      COUNTERSIGN_CONSOLE_HOST: '0.0.0.0',
      COUNTERSIGN_APPROVER_TOKEN: 'short-secret',
      COUNTERSIGN_SIGN_IN_FILE: '',
      COUNTERSIGN_REAL_BACKEND: 'yes',
    };
    const message = messageOf(wrong);
    for (const name of [...Object.keys(wrong), 'COUNTERSIGN_DATA']) expect(message).toContain(`${name}: `);
    expect(message).not.toContain('short-secret');
  });

  test.each(['0.0.0.0', '10.0.0.1', 'console.example', '127.0.0.1.evil.example', '::'])(
    'keep the console off %s',
    (host) => {
      expect(messageOf({ ...good, COUNTERSIGN_CONSOLE_HOST: host })).toMatch(/CONSOLE_HOST: must be a loopback/);
    },
  );

  test('take a preset token beside embedded backends only', () => {
    const preset = { ...good, COUNTERSIGN_APPROVER_TOKEN: secret };
    expect(readConfig(preset).approverToken).toBe(secret);
    const message = messageOf({ ...preset, COUNTERSIGN_REAL_BACKEND: '1' });
    expect(message).toContain('COUNTERSIGN_APPROVER_TOKEN: is for embedded backends only');
    expect(message).not.toContain(secret);
  });
});

function messageOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad_configuration' });
    return (error as Error).message;
  }
}

import { expect, it, vi } from 'vitest';
import { program } from '#servers/cli/program.ts';
import { suiteVersion } from '#shared/config/version.ts';
import { runProcess } from './run.ts';

/** What the command prints and then ends with exit code 0, without a process of its own, which would take far longer. */
async function printed(args: readonly string[]): Promise<string> {
  const command = await program(args, () => {});
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await expect(command.parseAsync(args, { from: 'user' })).rejects.toMatchObject({ exitCode: 0 });
    return write.mock.calls.map(([text]) => text).join('');
  } finally {
    write.mockRestore();
  }
}

// One of each kind that the command loads other code for.
it.each([['--help'], ['changes list --help'], ['audit verify --help']])(
  'prints the same as a process: %s',
  async (line) => {
    const args = line.split(' ');
    expect(await runProcess(args)).toEqual({ code: 0, stdout: await printed(args), stderr: '' });
  },
);

it.each([
  [''],
  ['start'],
  ['sign-in'],
  ['sign-out'],
  ['accept'],
  ['changes'],
  ['changes list'],
  ['changes show'],
  ['changes approve'],
  ['changes reject'],
  ['changes restore'],
  ['changes resume'],
  ['changes settle'],
  ['changes verify'],
  ['sets'],
  ['grants'],
  ['incident'],
  ['trace'],
  ['knowledge'],
  ['knowledge import'],
  ['knowledge export'],
  ['knowledge namespaces'],
  ['knowledge namespaces add'],
  ['knowledge restore'],
  ['knowledge forget'],
  ['knowledge backup'],
  ['audit verify'],
  ['hold'],
  ['contents new-key'],
  ['contents rotate'],
  ['contents gc'],
  ['backup'],
  ['restore-ledger'],
  ['people check'],
  ['people passkey add'],
  ['webhooks status'],
  ['figures'],
  ['keys rotate'],
  ['doctor github'],
  ['doctor tickets'],
  ['doctor knowledge'],
  ['setup github'],
  ['keys retire'],
])('explains "countersign %s"', async (command) => {
  const stdout = await printed([...command.split(' ').filter(Boolean), '--help']);
  expect(stdout).toMatch(new RegExp(`^Usage: ${`countersign ${command}`.trim()}( |$)`, 'm'));
  expect(stdout).toMatchSnapshot();
});

it('says which version it is', async () => {
  expect(await runProcess(['--version'])).toEqual({ code: 0, stdout: `${suiteVersion()}\n`, stderr: '' });
});

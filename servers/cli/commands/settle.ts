import { type Command, Option } from 'commander';
import { change, settled } from '../change.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { changePath, connectionOf } from './shared.ts';

const help = `
For a change that is "unknown" and does not settle itself: the answer to a step was lost, and what the step would have
made cannot be found. "changes show" says which step, where to look, and from when on this is possible: ten minutes
after the step began, when its request can no longer be under way. The server looks once more; what it finds counts, and
otherwise your word, which is signed and on record. Then the change goes on under its approval, or ends.

Examples:
  $ countersign changes settle chg_01kagv2xq6w0c5z8t4m1n7p3rd --happened --reason "The branch is there."
  $ countersign changes settle chg_01kagv2xq6w0c5z8t4m1n7p3rd --did-not-happen --reason "GitHub's audit log has nothing."`;

type Options = { happened?: true; didNotHappen?: true; reason: string; step?: string; seal?: string; json?: boolean };

/** `countersign changes settle` */
export function settleCommand(changes: Command): void {
  changes
    .command('settle')
    .summary('say whether a step in doubt took effect')
    .description('Says whether a step whose answer was lost took effect, where the server cannot find out.')
    .argument('<id>', 'the change')
    .addOption(new Option('--happened', 'the step took effect').conflicts('didNotHappen'))
    .option('--did-not-happen', 'the step did not take effect, and cannot any more')
    .requiredOption('--reason <text>', 'how you know, for the record')
    .option('--step <name>', 'settle only this step')
    .option('--seal <hex>', 'settle only what has this seal')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (id: string, options: Options, command: Command) => {
      const answer = answerOf(options);
      const connection = connectionOf(command);
      const { doubt, status } = await request(connection, changePath(id), change);
      if (doubt === null) {
        const message = `The change is ${visibleLine(status)}: no step of it is in doubt.`;
        throw new CommandFailed(exitCodes.conflict, message);
      }
      const { step = doubt.step, seal = doubt.seal, reason } = options;
      const made = await request(connection, changePath(id, '/settle'), settled, { step, answer, seal, reason });
      print(options.json, made, () => `On record. To see how it goes on: countersign changes show ${visibleLine(id)}`);
    });
}

function answerOf({ happened, didNotHappen }: Options): string {
  if (happened) return 'happened';
  if (didNotHappen) return 'did_not_happen';
  throw new CommandFailed(exitCodes.usage, 'Say what you found out: --happened or --did-not-happen.');
}

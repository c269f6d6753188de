import { supervise } from '#servers/suite/supervise.ts';
import { recorder, stub } from '../kit.ts';

/** A supervisor in a process of its own, to be ended by force: prints the process id of its child. */
const { processes } = await supervise({ children: [stub('one')], report: recorder() });
process.stdout.write(`${processes['one']?.pid}\n`);

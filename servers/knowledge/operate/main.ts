import { runProgram } from '#shared/process/run-program.ts';
import { readOperateConfig } from './config.ts';
import { operate } from './operate.ts';
import { operateRequest } from './requests.ts';

/** How often it says how far it is, in milliseconds. */
const everyMs = 2_000;

await runProgram(async () => {
  const request = operateRequest.parse(JSON.parse(process.argv[2] ?? ''));
  let last = performance.now();
  const found = await operate(readOperateConfig(), request, (done, of) => {
    if (performance.now() - last < everyMs) return;
    last = performance.now();
    process.stderr.write(`${done} of ${of} pages …\n`);
  });
  process.stdout.write(`${JSON.stringify(found)}\n`);
});

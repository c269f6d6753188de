import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

/** Type-checks a project; answers with the exit code and everything that the compiler said. */
export function checkTypes(project: string): Promise<{ code: number | string; said: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number | string; said: string }>();
  // What several threads check, they check several times over.
  const args = [compiler, '--pretty', 'false', '--singleThreaded', '-p', project];
  execFile(process.execPath, args, { cwd: root }, (error, stdout, stderr) => {
    resolve({ code: error ? (error.code ?? -1) : 0, said: stdout + stderr });
  });
  return promise;
}

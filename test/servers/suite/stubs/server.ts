import { existsSync } from 'node:fs';

/**
 * A server as a supervisor sees one: says that it is ready, ends on SIGTERM or when its standard input does. How it
 * behaves otherwise comes from the environment, which is all that a supervisor gives it.
 */
const { NAME = '', BEHAVIOUR = '', MARKER = '' } = process.env;

if (BEHAVIOUR === 'wants another configuration') {
  process.stderr.write('PORT: is needed\n');
  process.exit(2);
}
if (BEHAVIOUR === 'cannot start while the marker is there' && existsSync(MARKER)) process.exit(7);
if (BEHAVIOUR === 'does not end when asked') process.on('SIGTERM', () => process.stderr.write('not yet\n'));

process.stderr.write(`hello from ${NAME}\n`);
process.stdout.write('{"not": "announced"}\n');
if (BEHAVIOUR !== 'is never ready') {
  process.stdout.write(`${JSON.stringify({ sign_in: `http://127.0.0.1:1/${process.pid}` })}\n`);
  process.stdout.write(`${JSON.stringify({ ready: NAME })}\n`);
}
process.stdin.on('end', () => process.exit(0)).resume();

import { partsOf } from '#servers/knowledge/embedded/open.ts';
import { openStore } from '#servers/knowledge/embedded/store/store.ts';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import type { SqlValue } from '#shared/sqlite/sql.ts';
import { agent, targetOf } from './target.ts';

/**
 * A process that writes what its arguments say and dies before anybody gets the answer; or, told so, in the middle of the
 * transaction.
 */
const [path = '', wanted = '', mark = '', when = ''] = process.argv.slice(2);
const store = openStore({ path, fill: () => {}, now: Date.now });
const write = JSON.parse(wanted);
const { changeId, token } = JSON.parse(mark);
const dying = {
  ...store,
  run: (sql: string, ...values: SqlValue[]) => {
    const done = store.run(sql, ...values);
    if (when === 'within' && sql.startsWith('insert into done')) process.kill(process.pid, 'SIGKILL');
    return done;
  },
};
const { door } = partsOf(dying);
const writer = await door.open(mintPermit({ changeId, tool: 'a_tool', step: 'a step', target: targetOf(write) }));
await writer.write(write, { changeId, token }, agent('a'));
process.kill(process.pid, 'SIGKILL');

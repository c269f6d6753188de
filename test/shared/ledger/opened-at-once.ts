import { createInterface } from 'node:readline';
import { openSqliteLedger } from '#shared/ledger/sqlite.ts';

// Opens and closes the ledger that each line names, and says what came of it.
for await (const path of createInterface({ input: process.stdin })) {
  const said = await openSqliteLedger(path).then(
    async (ledger) => {
      await ledger.close();
      return 'opened';
    },
    (error: Error) => error.message,
  );
  process.stdout.write(`${said}\n`);
}

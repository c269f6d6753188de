import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { seed } from '#servers/forge/seed/seed.ts';
import { openDatabase } from '#servers/forge/store.ts';

test('what was filled before the sponsor of the demo was among its people gets them, once', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'forge-seed-'));
  const db = openDatabase(dataDir);
  onTestFinished(() => {
    db.close();
    rmSync(dataDir, { recursive: true });
  });
  const rows = db.prepare("select repository, permission from collaborator where login = 'operator'");
  await seed({ db, dataDir });
  const fresh = rows.all();
  expect(fresh).toEqual([{ repository: expect.any(Number), permission: 'maintain' }]);
  db.exec("delete from collaborator where login = 'operator'; delete from account where login = 'operator'");
  await seed({ db, dataDir });
  expect(rows.all()).toEqual(fresh);
  // Whoever takes the permission away from them is not overruled.
  db.exec("delete from collaborator where login = 'operator'");
  await seed({ db, dataDir });
  expect(rows.all()).toEqual([]);
});

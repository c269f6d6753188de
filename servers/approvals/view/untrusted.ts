import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Flag } from '#shared/tools/index.ts';
import { sealedOfEach } from './sealed.ts';

const code: Flag['code'] = 'read_untrusted';

/** Those of some changes that an agent proposed after it had read what anybody may have written, as is sealed with them. */
export async function untrustedAmong(db: LedgerDb, ids: readonly string[]): Promise<readonly string[]> {
  const sealed = await sealedOfEach(db, ids);
  return ids.filter((id) => {
    const found = sealed(id);
    return typeof found === 'object' && found.body.flags.some((flag) => flag.code === code);
  });
}

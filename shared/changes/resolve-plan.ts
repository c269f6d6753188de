import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { earlierReceipts, findEarlier } from '#shared/ledger/chains.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { fillReferences, type Json, type ReceiptKind, type Receipts, type WriteTool } from '#shared/tools/index.ts';
import { referencesOf } from './earlier.ts';
import { type SealedBody, unseal } from './sealed.ts';
import type { Toolbox } from './toolbox.ts';

/**
 * The plan as it is carried out: each reference stands for what the very change that was sealed with it left behind.
 * Throws AppError `seal_mismatch` when that change is another one, is not applied, or left something else.
 */
export async function resolvePlan<R, W, A, T extends Json>(
  db: LedgerDb,
  tools: Toolbox<R, W, A, T>,
  { tool, plan, body }: { readonly tool: WriteTool<R, W, A, T>; readonly plan: unknown; readonly body: SealedBody },
): Promise<unknown> {
  const { after } = body;
  const kept = await findEarlier(db, body.change_id);
  if (kept?.id !== after?.change_id) throw refused('it comes after another change');
  if (after === undefined || kept === undefined) return plan;
  const earlier = unseal(kept).body;
  if (kept.seal !== after.seal || earlier.change_id !== after.change_id || !isSameAgents(earlier, body)) {
    throw refused('it comes after another change');
  }
  if (kept.status !== 'applied') throw refused('the change that it comes after is not applied');
  if (tool.texts === undefined || referencesOf(tool, plan).references.length === 0) return plan;
  const source = tools.receiptOf(earlier.tool);
  if (!source) throw refused('it refers to what nothing is known of');
  const receipts = (await earlierReceipts(db, body.change_id)) as Receipts;
  const values = source.receipt.of(source.plan.parse(earlier.plan), receipts);
  const standsFor = (field: string): string => {
    const kind = source.receipt.fields[field];
    const value = values[field] ?? null;
    if (kind === undefined || !isSound[kind](value, earlier.backend)) {
      throw refused(`${earlier.change_id} left no ${field} that can be written into a text`);
    }
    return String(value);
  };
  return tool.plan.parse(tool.texts(plan, (text) => fillReferences(text, standsFor)));
}

function isSameAgents(earlier: SealedBody, later: SealedBody): boolean {
  return (
    canonical(earlier.requester) === canonical(later.requester) && earlier.blueprint?.name === later.blueprint?.name
  );
}

/** Forms that leave no room for markup, a mention or a second line. */
const isSound: Readonly<Record<ReceiptKind, (value: Json, backend: string) => boolean>> = {
  url: (value, backend) =>
    typeof value === 'string' &&
    /^(https?:\/\/[\w.:-]{1,100}|(?:tracker|knowledge):[\w-]{1,100})(\/[\w.~%+/-]{0,1000})?(\?[A-Za-z]{1,50}=\w{1,50})?(#[\w-]{1,100})?$/.test(
      value,
    ) &&
    isOf(value, backend),
  number: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  branch: (value) => typeof value === 'string' && /^[A-Za-z0-9][\w./-]{0,199}$/.test(value),
  key: (value) =>
    typeof value === 'string' &&
    (/^[A-Z][A-Z0-9_]{0,49}-[1-9]\d{0,9}$/.test(value) ||
      /^[A-Za-z0-9-]{1,39}\/[\w.-]{1,100}#[1-9]\d{0,9}$/.test(value)),
  id: (value) => typeof value === 'string' && /^[A-Za-z0-9][\w-]{0,99}$/.test(value),
  oid: (value) => typeof value === 'string' && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(value),
};

/** Whose pages are on another host than the one that the API's is named after. */
const pagesOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['api.notion.com', ['www.notion.so', 'www.notion.com', 'app.notion.com']],
]);

/** Pages of github.com, its data-residency sites and linear.app are on the host that the API's is named after. */
function isOf(url: string, backend: string): boolean {
  // What is embedded is on no host: its links name its file.
  if (/^(?:tracker|knowledge):/.test(backend)) return url.startsWith(`${backend}/`);
  if (!URL.canParse(url)) return false;
  const host = URL.canParse(backend) ? new URL(backend).host : backend;
  return [host, host.replace(/^api\./, ''), ...(pagesOf.get(host) ?? [])].includes(new URL(url).host);
}

function refused(why: string): AppError {
  return new AppError('seal_mismatch', `The change is refused: ${why}.`);
}

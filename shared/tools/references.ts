import type { Json } from './json.ts';
import type { Receipts } from './tool.ts';

/** What a value of a receipt is. Each kind has a form that no markup fits in, checked before it stands in another text. */
export type ReceiptKind = 'url' | 'number' | 'branch' | 'oid' | 'key' | 'id';

/** What later changes may refer to of what a tool's change left behind. */
export type Receipt<Plan> = {
  readonly fields: { readonly [name: string]: ReceiptKind };
  /** Pure: the values, from what the steps answered; a field that there is none of is null. */
  readonly of: (plan: Plan, receipts: Receipts) => { readonly [name: string]: Json };
};

const reference = /\{\{\s*after\s*\.([^{}]*)\}\}/g;

/** The fields of an earlier change's receipt that a text names, as `{{after.FIELD}}`. */
export function referencesIn(text: string): readonly string[] {
  return Array.from(text.matchAll(reference), (match) => match[1] ?? '');
}

/** The text with each reference replaced. */
export function fillReferences(text: string, value: (field: string) => string): string {
  return text.replace(reference, (_whole, field: string) => value(field));
}

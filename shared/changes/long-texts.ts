import { Buffer } from 'node:buffer';
import { sha256 } from '#shared/crypto/canonical.ts';
import type { Json, JsonObject } from '#shared/tools/index.ts';

/** Longer texts are not kept as arguments: what they say is in the plan and its contents. UTF-16 code units. */
const longest = 64 * 1024;

/** What stands for a long text: its digest, its length as UTF-8, and its padding, which the length of base64 is told by. */
type LongText = { readonly $sha256: string; readonly $bytes: number; readonly $padding: string };

/** Arguments with a digest in the place of each long text: one value for one value, and never large. */
export function withoutLongTexts(args: Json): Json {
  return mapped(args, (value) =>
    typeof value === 'string' && value.length > longest
      ? {
          $sha256: sha256(value),
          $bytes: Buffer.byteLength(value),
          $padding: /={0,2}$/.exec(value.slice(-2))?.[0] ?? '',
        }
      : undefined,
  );
}

/**
 * Arguments as a tool's schema and `asks` take them, with a text of the same length in the place of each that was not
 * kept. Good for asking what a call wants, and for nothing that is written.
 */
export function withStandIns(args: Json): Json {
  return mapped(args, (value) =>
    isLongText(value) ? 'x'.repeat(value.$bytes - value.$padding.length) + value.$padding : undefined,
  );
}

function isLongText(value: Json): value is LongText {
  return typeof value === 'object' && value !== null && '$sha256' in value && '$bytes' in value && '$padding' in value;
}

function mapped(value: Json, replace: (value: Json) => Json | undefined): Json {
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => mapped(item, replace));
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, item]) => [key, mapped(item, replace)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

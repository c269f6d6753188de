import * as z from 'zod';

/** Length of a text in bytes of UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += utf8Width(code);
  }
  return bytes;
}

function utf8Width(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** Text of well-formed Unicode: a lone surrogate would be written as something else. */
export function wellFormed(limits: { readonly min?: number; readonly max: number }) {
  return z
    .string()
    .min(limits.min ?? 0)
    .max(limits.max)
    .refine((text) => text.isWellFormed(), { error: 'is not well-formed Unicode' });
}

/** One line of text that shows as it is: no line breaks, no control characters. */
export function oneLine(max: number) {
  return wellFormed({ min: 1, max })
    .refine((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), { error: 'must be one line without control characters' })
    .refine((text) => text.trim() !== '', { error: 'must not be blank' });
}

/** Cuts a text to so many code points, and says so by an ellipsis. */
export function shorten(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

import type { RichNode } from '#capabilities/common/rich-text/node.ts';
import { steady } from './steady.ts';

/**
 * A part that Markdown cannot say. `raw` is as it stands there, without what changes by itself each time that it is read,
 * so that its name stays while it does.
 */
export function carriedNode(kind: string, raw: string): RichNode {
  return { type: kind, attrs: { raw: steady(raw), text: labelOf(raw) } };
}

/** What it reads as: its words, and what it leads to; of another page no more than its id, which may be outside a scope. */
function labelOf(raw: string): string {
  return raw
    .replace(
      /<(page|database|folder|mention-(?:page|database|data-source))\b([^<>]*)>(?:[^<]*<\/\1>)?/gu,
      (_whole, _name, attrs) => ` ${idIn(String(attrs))} `,
    )
    .replace(/<([a-z_-]+)\b([^<>]*)>/gu, (_whole, name, attrs) => said(String(name), String(attrs)))
    .replace(/<\/[a-z_-]+>/gu, ' ')
    .replace(/!\[((?:[^\]\\\n]|\\.)*)\]\([^)\n]*\)/gu, '$1')
    .replace(/ *\{(?:color|toggle|icon)="[^"{}]*"[^{}]*\}/gu, '')
    .replace(/\\(?=[!-/:-@[-`{-~])/gu, '')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n ?/gu, '\n')
    .replace(/\n{2,}/gu, '\n')
    .trim();
}

const idIn = (attrs: string): string =>
  /[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/u.exec(attrs)?.[0] ?? '';

/** What of an element itself is meant to be read. */
function said(name: string, attrs: string): string {
  if (name === 'br') return '\n';
  if (name === 'mention-user') return '@';
  const names = name === 'mention-date' ? 'start|end|startTime' : 'alt|icon';
  const found = [...attrs.matchAll(new RegExp(`(?:^|\\s)(?:${names})="([^"]*)"`, 'gu'))].map(([, value = '']) => value);
  return ` ${found.filter((value) => !/^https?:/u.test(value)).join(' ')} `;
}

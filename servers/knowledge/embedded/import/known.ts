import type { Sql } from '#shared/sqlite/sql.ts';
import type { Trust } from '#shared/tools/index.ts';
import { findBody } from '../store/bodies.ts';
import type { RevisionRow } from '../store/rows.ts';
import { type Into, keyOf } from './standing.ts';

type First = Pick<RevisionRow, 'kind' | 'trust' | 'accepted'> & {
  readonly path: string | null;
  readonly namespace: number;
};

/**
 * Whether a text first came here as one that cannot be relied on, or that waits: whoever carries it out and in again makes
 * nothing else of it. What an import of this very file said may be said otherwise by the next.
 */
export function isUntrustedHere(sql: Sql, into: Into, { path, text }: { path: string; text: string }): boolean {
  if (text.trim() === '') return false;
  const key = keyOf(into, path);
  return spellings(text).some((one) => {
    const first = firstOf(sql, findBody(sql, one));
    if (first === undefined) return false;
    const isOwn = first.kind === 'imported' && first.path === key && first.namespace === into.namespace;
    const how: Trust = first.accepted === 0 ? 'untrusted' : first.trust;
    return how === 'untrusted' && !isOwn;
  });
}

function firstOf(sql: Sql, body: number | null): First | undefined {
  return sql.one<First>(
    `select revision.kind, revision.trust, revision.accepted, page.path, page.namespace
     from revision join page on page.id = revision.page where revision.body = ? order by revision.id limit 1`,
    body,
  );
}

/** A text as it is, and with what programs change when they carry it: ways to end a line, and what is blank at the end. */
function spellings(text: string): readonly string[] {
  const lines = text.replace(/^\ufeff/u, '').replace(/\r\n?/gu, '\n');
  const bare = lines.trimEnd();
  const all = [text, lines, bare, `${bare}\n`, lines.replaceAll('\n', '\r\n'), `${bare}\n`.replaceAll('\n', '\r\n')];
  return [...new Set(all)];
}

import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { firstIdOf } from '#shared/changes/ids.ts';
import type { Status } from '#shared/changes/transitions.ts';
import { waitsInQuarantine } from './quarantine.ts';

/** Which changes are wanted; what is left out does not matter. */
export type ChangeFilter = {
  readonly agent?: string | undefined;
  readonly server?: string | undefined;
  readonly tool?: string | undefined;
  /** This, or one of these. */
  readonly status?: Status | readonly Status[] | undefined;
  readonly requester?: 'agent' | 'person' | undefined;
  /** Carried out without a person, and waiting for one to accept it. */
  readonly quarantine?: 'waits' | undefined;
  /** Made at this time or later, and before that, as their ids say. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
};

/** What holds for the rows of `changes` that are wanted, but for their status. Every list and search goes through here. */
export function conditionsOf(filter: ChangeFilter): RawBuilder<SqlBool>[] {
  const { agent, server, tool, requester, quarantine, since, until } = filter;
  return [
    agent === undefined ? null : sql<SqlBool>`changes.agent = ${agent}`,
    server === undefined ? null : sql<SqlBool>`changes.server = ${server}`,
    tool === undefined ? null : sql<SqlBool>`changes.tool = ${tool}`,
    requester === 'agent' ? sql<SqlBool>`changes.agent is not null` : null,
    requester === 'person' ? sql<SqlBool>`changes.agent is null` : null,
    quarantine === undefined ? null : waitsInQuarantine,
    since === undefined ? null : sql<SqlBool>`changes.id >= ${firstIdOf(since)}`,
    until === undefined ? null : sql<SqlBool>`changes.id < ${firstIdOf(until)}`,
  ].filter((condition) => condition !== null);
}

/** The wanted statuses; undefined when any will do. */
export function statusesOf({ status }: ChangeFilter): readonly Status[] | undefined {
  return typeof status === 'string' ? [status] : status && [...new Set(status)];
}

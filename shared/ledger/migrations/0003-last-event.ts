import type { Migration } from 'kysely/migration';
import { run } from './words.ts';

/**
 * The end of the chain of events, which the next one carries on. As a view it can be seen by users of PostgreSQL who may
 * not see the event itself: a view looks with the rights of its owner.
 */
export const lastEvent: Migration = {
  up: (db) => run(db, ['create view last_event as select hash from events order by seq desc limit 1']),
};

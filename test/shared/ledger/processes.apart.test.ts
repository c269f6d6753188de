import { afterEach, beforeEach, describe } from 'vitest';
import { type NotesKit, notesKit } from '#test/fakes/notes-kit.ts';
import { kitsOnEachEngine } from './engines.ts';
import { racesOfTwo } from './two-rivals.ts';

describe('two processes on one ledger, and many changes', () =>
  kitsOnEachEngine(() => {
    let kit: NotesKit;
    const notes = Array.from({ length: 60 }, (_, index) => `n${index}`);
    beforeEach(async () => {
      kit = await notesKit({ notes, more: 'limits: { writes_per_hour: 999, pending: 999 }' });
    });
    afterEach(() => kit.close());
    racesOfTwo(() => kit, notes);
  }));

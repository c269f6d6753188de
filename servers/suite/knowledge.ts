import { realBackends } from './real-backend.ts';

/** Where pages are instead of the embedded store. */
export const realKnowledge = realBackends('KNOWLEDGE', {}, 'Pages are in one place: give one of these.');

import { type BackendChoice, choosable } from '#shared/server/backend-choice.ts';
import { type EmbeddedOptions, embeddedOptions, embeddedSettings } from './embedded/settings.ts';
import type { KnowledgeBackendParts } from './parts.ts';

const who = 'The knowledge server';

const embedded: BackendChoice<typeof embeddedSettings, EmbeddedOptions, KnowledgeBackendParts> = {
  accounts: 'knowledge',
  settings: embeddedSettings,
  optionsOf: embeddedOptions,
  open: async (options) => (await import('./embedded/open.ts')).openEmbedded(options),
};

/** Where pages can be, by what the configuration calls it. Only what speaks to the one that is chosen is loaded. */
export const backends = {
  embedded: choosable(who, embedded),
};
export type BackendName = keyof typeof backends;
export const backendNames = Object.keys(backends) as BackendName[];

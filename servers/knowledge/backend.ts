import { type BackendChoice, choosable } from '#shared/server/backend-choice.ts';
import {
  type ConfluenceOptions,
  confluenceOptions,
  confluenceSecrets,
  confluenceSettings,
  withConfluenceCredential,
} from './confluence/settings.ts';
import { type EmbeddedOptions, embeddedOptions, embeddedSettings, withEndpoint } from './embedded/settings.ts';
import {
  type NotionOptions,
  notionOptions,
  notionSecrets,
  notionSettings,
  withNotionToken,
} from './notion/settings.ts';
import type { KnowledgeBackendParts } from './parts.ts';

const who = 'The knowledge server';

const embedded: BackendChoice<typeof embeddedSettings, EmbeddedOptions, KnowledgeBackendParts> = {
  accounts: 'knowledge',
  settings: embeddedSettings,
  together: withEndpoint,
  optionsOf: embeddedOptions,
  open: async (options) => (await import('./embedded/open.ts')).openEmbedded(options),
};

const confluence: BackendChoice<typeof confluenceSettings, ConfluenceOptions, KnowledgeBackendParts> = {
  accounts: 'confluence',
  settings: confluenceSettings,
  together: withConfluenceCredential,
  optionsOf: confluenceOptions,
  secrets: confluenceSecrets,
  open: async (options) => (await import('./confluence/open.ts')).openConfluence(options),
};

const notion: BackendChoice<typeof notionSettings, NotionOptions, KnowledgeBackendParts> = {
  accounts: 'notion',
  settings: notionSettings,
  together: withNotionToken,
  optionsOf: notionOptions,
  secrets: notionSecrets,
  open: async (options) => (await import('./notion/open.ts')).openNotion(options),
};

/** Where pages can be, by what the configuration calls it. Only what speaks to the one that is chosen is loaded. */
export const backends = {
  embedded: choosable(who, embedded),
  confluence: choosable(who, confluence),
  notion: choosable(who, notion),
};
export type BackendName = keyof typeof backends;
export const backendNames = Object.keys(backends) as BackendName[];

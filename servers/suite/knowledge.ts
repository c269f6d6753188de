import * as z from 'zod';
import { realBackends } from './real-backend.ts';

const text = z.string().min(1);
const url = z.url({ protocol: /^https?$/, error: 'This must be a URL, such as https://acme.atlassian.net.' });

/** Where pages are instead of the embedded store. */
export const realKnowledge = realBackends(
  'KNOWLEDGE',
  {
    confluence: {
      section: z.strictObject({
        site: url,
        cloud_id: text.optional(),
        client_id: text.optional(),
        client_secret: text.optional(),
        email: text.optional(),
        api_token: text.optional(),
        api_url: url.optional(),
        token_url: url.optional(),
      }),
      files: { client_secret: 'CLIENT_SECRET_FILE', api_token: 'API_TOKEN_FILE' },
      secrets: ['CLIENT_SECRET', 'API_TOKEN'],
    },
    notion: {
      section: z.strictObject({ token: text.optional(), namespaces: text, url: url.optional() }),
      files: { token: 'TOKEN_FILE' },
      secrets: ['TOKEN'],
    },
  },
  'Pages are in one place: give one of these.',
);

import * as z from 'zod';
import { realBackends } from './real-backend.ts';

const text = z.string().min(1);
const url = z.url({ protocol: /^https?$/, error: 'This must be a URL, such as https://acme.atlassian.net.' });
const signer = z.string().regex(/^unix:./, 'This must be unix: and the path of a socket.');

/** Where tickets are instead of the embedded tracker. */
export const realTrackers = realBackends(
  'TICKETS',
  {
    jira: {
      section: z.strictObject({
        site: url,
        cloud_id: text.optional(),
        client_id: text.optional(),
        client_secret: text.optional(),
        email: text.optional(),
        api_token: text.optional(),
        api_url: url.optional(),
        token_url: url.optional(),
        archive: z.boolean().optional(),
      }),
      files: { client_secret: 'CLIENT_SECRET_FILE', api_token: 'API_TOKEN_FILE' },
      secrets: ['CLIENT_SECRET', 'API_TOKEN'],
    },
    linear: {
      section: z.strictObject({
        url: url.optional(),
        client_id: text.optional(),
        client_secret: text.optional(),
        api_key: text.optional(),
        assignable: z.boolean().optional(),
      }),
      files: { client_secret: 'CLIENT_SECRET_FILE', api_key: 'API_KEY_FILE' },
      secrets: ['CLIENT_SECRET', 'API_KEY'],
    },
    github: {
      section: z.strictObject({
        url: url.optional(),
        app_id: z.int().min(1),
        app_key: text.optional(),
        app_signer: signer.optional(),
      }),
      files: { app_key: 'APP_KEY' },
      secrets: ['APP_KEY_PEM'],
    },
  },
  'Tickets are in one place: give one of these.',
);

import * as z from 'zod';

const text = z.string().min(1);
const url = z.url({ protocol: /^https?$/, error: 'This must be a URL, such as https://acme.atlassian.net.' });
const signer = z.string().regex(/^unix:./, 'This must be unix: and the path of a socket.');

/** What each real backend of tickets is told; `files` are keys whose values are paths, with their variables. */
const backends = {
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
} as const satisfies Record<string, Told>;

type Told = {
  readonly section: z.ZodObject;
  readonly files: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
};
type Name = keyof typeof backends;
const names = Object.keys(backends) as Name[];

/** Where tickets are, as a configuration file says it. What goes with what is for the ticket server to say. */
export const ticketsSection = z
  .strictObject({
    jira: backends.jira.section.optional(),
    linear: backends.linear.section.optional(),
    github: backends.github.section.optional(),
  })
  .refine((section) => names.filter((name) => section[name] !== undefined).length <= 1, {
    error: 'Tickets are in one place: give one of these.',
  });
type TicketsSection = z.output<typeof ticketsSection>;

/** A tracker that is not the embedded one. */
export type RealTickets = {
  readonly name: Name;
  /** The settings of the ticket server. */
  readonly environment: Readonly<Record<string, string>>;
};

const variable = (name: Name, key: string): string => `COUNTERSIGN_TICKETS_${name.toUpperCase()}_${key}`;

/** Variables that hold a secret of a tracker: the supervisor gives them to the ticket server, and to nobody else. */
export const ticketSecretNames: readonly string[] = names.flatMap((name) =>
  backends[name].secrets.map((key) => variable(name, key)),
);

/** The tracker that a section names; null for the embedded one. @param at makes a path absolute */
export function realTicketsOf(section: TicketsSection | undefined, at: (path: string) => string): RealTickets | null {
  const name = names.find((each) => section?.[each] !== undefined);
  if (section === undefined || name === undefined) return null;
  const files = new Map(Object.entries(backends[name].files));
  const given = Object.entries(section[name] ?? {}).filter(([, value]) => value !== undefined);
  const settings = given.map(([key, value]): [string, string] => {
    const file = files.get(key);
    return file === undefined
      ? [variable(name, key.toUpperCase()), said(value, at)]
      : [variable(name, file), at(String(value))];
  });
  return { name, environment: { COUNTERSIGN_TICKETS_BACKEND: name, ...Object.fromEntries(settings) } };
}

function said(value: string | number | boolean | undefined, at: (path: string) => string): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const socket = /^unix:(.+)$/.exec(String(value))?.[1];
  return socket === undefined ? String(value) : `unix:${at(socket)}`;
}

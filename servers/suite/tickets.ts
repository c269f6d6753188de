import * as z from 'zod';

const text = z.string().min(1);
const url = z.url({ protocol: /^https?$/, error: 'This must be a URL, such as https://acme.atlassian.net.' });

/** What each real backend of tickets is told, and the variable of the ticket server for each. */
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
    files: ['client_secret', 'api_token'],
    secrets: ['CLIENT_SECRET', 'API_TOKEN'],
  },
  linear: {
    section: z.strictObject({
      url: url.optional(),
      client_id: text.optional(),
      client_secret: text.optional(),
      api_key: text.optional(),
    }),
    files: ['client_secret', 'api_key'],
    secrets: ['CLIENT_SECRET', 'API_KEY'],
  },
} as const satisfies Record<string, { section: z.ZodObject; files: readonly string[]; secrets: readonly string[] }>;

type Name = keyof typeof backends;
const names = Object.keys(backends) as Name[];

/** Where tickets are, as a configuration file says it. What goes with what is for the ticket server to say. */
export const ticketsSection = z
  .strictObject({ jira: backends.jira.section.optional(), linear: backends.linear.section.optional() })
  .refine((section) => names.filter((name) => section[name] !== undefined).length <= 1, {
    error: 'Tickets are in one place: give one of these.',
  });
export type TicketsSection = z.output<typeof ticketsSection>;

/** A tracker that is not the embedded one. */
export type RealTickets = {
  readonly name: Name;
  /** The settings of the ticket server. */
  readonly environment: Readonly<Record<string, string>>;
};

const variable = (name: Name, key: string): string => `COUNTERSIGN_TICKETS_${name.toUpperCase()}_${key.toUpperCase()}`;

/** Variables that hold a secret of a tracker: the supervisor gives them to the ticket server, and to nobody else. */
export const ticketSecretNames: readonly string[] = names.flatMap((name) =>
  backends[name].secrets.map((key) => variable(name, key)),
);

/** The tracker that a section names; null for the embedded one. @param at makes a path absolute */
export function realTicketsOf(section: TicketsSection | undefined, at: (path: string) => string): RealTickets | null {
  const name = names.find((each) => section?.[each] !== undefined);
  if (section === undefined || name === undefined) return null;
  const files: readonly string[] = backends[name].files;
  const given = Object.entries(section[name] ?? {}).filter(([, value]) => value !== undefined);
  const settings = given.map(([key, value]): [string, string] =>
    files.includes(key) ? [variable(name, `${key}_file`), at(String(value))] : [variable(name, key), said(value)],
  );
  return { name, environment: { COUNTERSIGN_TICKETS_BACKEND: name, ...Object.fromEntries(settings) } };
}

function said(value: string | boolean | undefined): string {
  if (typeof value !== 'boolean') return String(value);
  return value ? 'on' : 'off';
}

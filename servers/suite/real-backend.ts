import * as z from 'zod';

/** What a real backend of a server is told: its section of the configuration file, as settings of that server. */
type Told = {
  readonly section: z.ZodObject;
  /** Keys whose values are paths, with their variables. */
  readonly files: Readonly<Record<string, string>>;
  /** Variables that hold a secret themselves. */
  readonly secrets: readonly string[];
};

/** A backend that is not the embedded one. */
export type RealBackend = {
  readonly name: string;
  /** The settings of its server. */
  readonly environment: Readonly<Record<string, string>>;
};

/** The real backends that one server can have. */
export type RealBackends = {
  /** As a configuration file says it: one of them at most. What goes with what is for the server to say. */
  readonly section: z.ZodType<Section>;
  /** Variables that hold a secret: the supervisor gives them to that server, and to nobody else. */
  readonly secretNames: readonly string[];
  /** The one that a section names; null for the embedded one. @param at makes a path absolute */
  readonly of: (section: Section | undefined, at: (path: string) => string) => RealBackend | null;
};

type Value = string | number | boolean | undefined;
type Section = Readonly<Record<string, Readonly<Record<string, Value>> | undefined>>;

/**
 * @param server as in COUNTERSIGN_TICKETS_BACKEND: `TICKETS`
 * @param several what is said of a section that names more than one
 */
export function realBackends(server: string, backends: Readonly<Record<string, Told>>, several: string): RealBackends {
  const names = Object.keys(backends);
  const variable = (name: string, key: string): string => `COUNTERSIGN_${server}_${name.toUpperCase()}_${key}`;
  const sections = Object.entries(backends).map(([name, { section }]) => [name, section.optional()] as const);
  return {
    section: z
      .strictObject(Object.fromEntries(sections))
      .refine((given) => names.filter((name) => given[name] !== undefined).length <= 1, {
        error: several,
      }) as z.ZodType<Section>,
    secretNames: Object.entries(backends).flatMap(([name, { secrets }]) => secrets.map((key) => variable(name, key))),
    of: (given, at) => {
      const name = names.find((each) => given?.[each] !== undefined);
      if (name === undefined) return null;
      const files = new Map(Object.entries(backends[name]?.files ?? {}));
      const values = Object.entries(given?.[name] ?? {}).filter(([, value]) => value !== undefined);
      const settings = values.map(([key, value]): [string, string] => {
        const file = files.get(key);
        return file === undefined
          ? [variable(name, key.toUpperCase()), said(value, at)]
          : [variable(name, file), at(String(value))];
      });
      return { name, environment: { [`COUNTERSIGN_${server}_BACKEND`]: name, ...Object.fromEntries(settings) } };
    },
  };
}

function said(value: Value, at: (path: string) => string): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const socket = /^unix:(.+)$/.exec(String(value))?.[1];
  return socket === undefined ? String(value) : `unix:${at(socket)}`;
}

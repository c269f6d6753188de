/** A person as an identity provider names them; never an e-mail address. */
export type Identity = { readonly issuer: string; readonly subject: string };

/** One entry of people.yaml. */
export type Person = {
  /** As blueprints and review rules name them: `alice`. */
  readonly key: string;
  readonly signIn: readonly Identity[];
  /** Their accounts in the backends. */
  readonly accounts: { readonly github?: string | undefined };
  readonly groups: readonly string[];
};

/** Everybody whom people.yaml names. */
export type People = {
  /** By key. */
  readonly all: ReadonlyMap<string, Person>;
  /** The file it came from, for messages. */
  readonly source: string;
};

/** Who an identity is; null when nobody has it. No two people have the same. */
export function personOf({ all }: People, { issuer, subject }: Identity): Person | null {
  for (const person of all.values()) {
    if (person.signIn.some((one) => one.issuer === issuer && one.subject === subject)) return person;
  }
  return null;
}

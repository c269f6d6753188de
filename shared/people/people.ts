/** A person as an identity provider names them; never an e-mail address. */
export type Identity = { readonly issuer: string; readonly subject: string };

/** A key on a device of a person, which signs after the device has verified them. */
export type Passkey = {
  /** The id of the credential, in base64url. */
  readonly id: string;
  /** The public key in COSE form (RFC 9052), in base64url. */
  readonly publicKey: string;
  /** Of the console, where it was registered: it counts there alone. */
  readonly origin: string;
  readonly name?: string | undefined;
  /** Kept to check what it signed; it approves nothing any more. */
  readonly isRetired: boolean;
};

/** Who somebody is in each backend; what is not there is not known. */
export type Accounts = {
  /** A login of GitHub. */
  readonly github?: string | undefined;
  /** A user name of the embedded tracker. */
  readonly tickets?: string | undefined;
  /** An accountId of Atlassian, the same on all sites. */
  readonly jira?: string | undefined;
  /** The id of a user of Linear, or their e-mail address there. */
  readonly linear?: string | undefined;
  /** A user name of the embedded pages. */
  readonly knowledge?: string | undefined;
  /** The id of a user of Notion, or their e-mail address there. */
  readonly notion?: string | undefined;
  /** An accountId of Atlassian, the same on all sites. */
  readonly confluence?: string | undefined;
};

/** One entry of people.yaml. */
export type Person = {
  /** As blueprints and review rules name them: `alice`. */
  readonly key: string;
  readonly signIn: readonly Identity[];
  /** Their accounts in the backends. */
  readonly accounts: Accounts;
  /** How they are named in commits that credit them. */
  readonly git?: { readonly name: string; readonly email: string } | undefined;
  readonly groups: readonly string[];
  readonly passkeys: readonly Passkey[];
};

/** Everybody whom people.yaml names. */
export type People = {
  /** By key. */
  readonly all: ReadonlyMap<string, Person>;
  /** The group that a team of GitHub is to review rules, by `org/team` in small letters. */
  readonly teams: ReadonlyMap<string, string>;
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

/** Whose account on GitHub this is; null for nobody's. No two people have the same. */
export function personOfGithub({ all }: People, login: string): Person | null {
  const wanted = login.toLowerCase();
  return [...all.values()].find(({ accounts }) => accounts.github?.toLowerCase() === wanted) ?? null;
}

/** The passkeys that a person can approve with now. */
export function passkeysInUse({ passkeys }: Person): readonly Passkey[] {
  return passkeys.filter(({ isRetired }) => !isRetired);
}

import type * as z from 'zod';
import type { Flag } from '#shared/tools/index.ts';

/** What a blueprint can grant: the part of a capability that parsing needs. */
export type Grantable = {
  /** As blueprints name it: `repo-write`. */
  readonly name: string;
  readonly description: string;
  readonly scope: z.ZodObject;
  /** The server that shows its tools; a capability is one by itself unless it says so. */
  readonly server?: string | undefined;
  /** The tools that are granted where a blueprint names none; all unless given. */
  readonly usual?: readonly string[] | undefined;
  readonly tools: readonly {
    readonly name: string;
    /** The door that alone makes its input: such a tool is not shown. */
    readonly door?: string | undefined;
    /** Whether its changes can be decided under a task grant. */
    readonly follows?: boolean | undefined;
    /** Whether a rule may decide its changes by itself. */
    readonly decidable?: 'by_policy' | undefined;
    /** Whether its changes can be reviewed on the backend itself. */
    readonly reviews?: object | undefined;
  }[];
};

/** One granted capability. */
export type Grant = {
  readonly capability: string;
  /** As the capability's own schema parsed it. */
  readonly scope: unknown;
  /** Names of the capability's tools that are granted; the usual ones unless the blueprint lists some. */
  readonly tools: ReadonlySet<string>;
};

/** Who gave the agent its sponsor's power, why, and until when. */
export type Delegation = {
  readonly grantedBy: string;
  readonly reason: string;
  /** A day, `YYYY-MM-DD`; it is included, in UTC. */
  readonly expires: string;
};

/** For how long a proposal waits: a time, or working days by the clocks of a time zone. */
export type ReviewTime = { readonly expiresMs: number } | { readonly workingDays: number; readonly timeZone: string };

/** Who decides a change, and for how long a proposal waits for them. */
export type ReviewRule = ReviewTime & {
  /** `local` is anyone who is signed in at this machine's console; others are `codeowners`, `github_review`, `group:NAME`, `person:KEY`. */
  readonly by: readonly string[];
  /** How many different people have to approve. */
  readonly quorum: number;
  /** Who may not approve, although they are named; absent when nobody is left out. */
  readonly exclude?: readonly 'sponsor'[];
  /** What each approval needs besides; absent when nothing. */
  readonly stepUp?: 'passkey';
  /** After how long it is told once more that a proposal waits. */
  readonly remind?: ReviewTime;
  /** After how long these of `by` are told that it still waits. */
  readonly escalate?: { readonly after: ReviewTime; readonly to: readonly string[] };
};

/** The most that whoever approves a change may allow its follow-ups: so many, of so many bytes, for so long. */
export type GrantOffer = {
  readonly changes: number;
  /** Of all follow-ups together. */
  readonly bytes: number;
  readonly forMs: number;
  readonly tools: readonly string[];
  /** Globs; absent for the files of the change that is approved, and what is beside them. */
  readonly paths?: readonly string[];
  /** Codes that a follow-up may have; absent when none. */
  readonly flags?: readonly Flag['code'][];
};

/** What a change has to be for a rule to decide it: all that is given. */
export type ReviewConditions = {
  readonly tools?: readonly string[];
  /** Globs over `owner/name`. */
  readonly repositories?: readonly string[];
  /** Globs: the change writes files, and no other than these. */
  readonly paths?: readonly string[];
  /** Codes: it has no other flag than these. */
  readonly flags?: readonly string[];
  readonly reaches?: readonly string[];
  /** Whether it opens a pull request as a draft. */
  readonly draft?: boolean;
  /** It changes fields, no other than these, and no file unless `paths` says which. */
  readonly fields?: readonly string[];
  /** It sets a status, to one of these. */
  readonly to_status?: readonly string[];
  /** Whether what it writes to is assigned to the account that writes. */
  readonly assigned?: boolean;
  /** Who can see what it writes to: one of these. */
  readonly visibility?: readonly string[];
  /** Whether all that it builds on was made by this agent under this blueprint, and nobody else worked on it since. */
  readonly own?: boolean;
};

/** Who decides what: the first of the rules whose conditions hold; else the rule that all of this is itself. */
export type Review = ReviewRule & {
  readonly rules?: readonly (ReviewRule & {
    readonly name?: string;
    readonly when: ReviewConditions;
    /** The rule itself decides as long as it holds; these people do when it does not. */
    readonly decide?: 'policy';
    readonly grant?: GrantOffer;
  })[];
};

export type Limits = {
  /** Proposals in any 60 minutes. */
  readonly writesPerHour: number;
  /** Proposals that are open at once. */
  readonly pending: number;
  readonly readsPerMinute: number;
};

/** What one agent may do, for whom and under which rules: one YAML file, parsed. */
export type Blueprint = {
  readonly name: string;
  readonly goal: string;
  readonly agent: string;
  readonly sponsor: string;
  /** `unverified`: it may also act where what its sponsor may do cannot be told. Absent: there it may not. */
  readonly sponsorAccess?: 'unverified';
  readonly delegation?: Delegation;
  /** IP addresses in canonical spelling. Reaching one of them is what makes a caller this agent. */
  readonly listeners: readonly string[];
  /** By capability name. */
  readonly grants: ReadonlyMap<string, Grant>;
  readonly review: Review;
  readonly limits: Limits;
  /** What the record keeps of a proposal's arguments. */
  readonly log: { readonly arguments: 'digest' };
  /** SHA-256 (hex) over the RFC 8785 form of all of the above, defaults filled in. */
  readonly digest: string;
  /** The file it came from, for messages. */
  readonly source: string;
  /** Why its sponsor has no writes now, or null. Throws AppError `bad_configuration` while nobody can tell. */
  readonly noWrites?: () => string | null;
};

import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { AppError } from '#shared/errors.ts';

/** What an account may do with a thing of a backend. `none`: not even know of it. */
export type SponsorLevel = 'none' | 'read' | 'write';

/** What a backend tells of the people for whom agents act. A server implements it, whatever its tools are. */
export type SponsorAccess<A> = {
  /**
   * The account of a sponsor there; null when none is known. Throws AppError `bad_configuration` while nobody can tell.
   */
  readonly accountOf: (sponsor: string) => string | null;
  /** What an ask is about, under the one name for which permission is given, and what it wants there. */
  readonly about: (ask: A) => { readonly thing: string; readonly wants: 'read' | 'write' };
  /** Asks the backend. Throws AppError when it cannot be told now: nothing is let through then. */
  readonly levelOf: (account: string, thing: string) => Promise<SponsorLevel>;
  /** The answer for a thing that is not there. */
  readonly absent: (cause: AppError) => AppError;
};

/** Holds what an agent asks for against what its sponsor may do. */
export type Sponsors<A> = {
  /**
   * Throws at the first ask that goes beyond the sponsor: as for what is not there where they may not read, AppError
   * `not_permitted` where they may not write. An answer of the backend counts for `maxAgeMs`; 0 asks anew.
   */
  readonly assert: (blueprint: Blueprint, asks: readonly A[], maxAgeMs: number) => Promise<void>;
  /**
   * Whether what a blueprint's agent does is held against its sponsor. Throws AppError `not_permitted` where it cannot be
   * and the blueprint does not say that this is meant.
   */
  readonly standing: (blueprint: Blueprint) => 'verified' | 'unverified';
};

/** For how long an answer of a backend counts, in milliseconds. */
export const sponsorAges = {
  /** For reads, and for what is only proposed. */
  call: 60_000,
  /** Before a change is dispatched. */
  dispatch: 0,
  /** Before each of its steps: what was asked for the dispatch counts for those that follow at once. */
  step: 5_000,
} as const;

type Answer = { readonly at: number; readonly level: Promise<SponsorLevel> };

/** `now` is in milliseconds, and never goes back. */
export function sponsorsOf<A>(access: SponsorAccess<A>, now: () => number = () => performance.now()): Sponsors<A> {
  const answers = new Map<string, Answer>();

  /** Whoever asks the same while it is being asked shares the answer. */
  const levelOf = (account: string, thing: string, maxAgeMs: number): Promise<SponsorLevel> => {
    const key = JSON.stringify([account, thing]);
    const known = answers.get(key);
    if (known && now() - known.at < maxAgeMs) return known.level;
    for (const [old, { at }] of answers) if (now() - at >= sponsorAges.call) answers.delete(old);
    const answer: Answer = { at: now(), level: access.levelOf(account, thing) };
    answers.set(key, answer);
    answer.level.catch(() => {
      if (answers.get(key) === answer) answers.delete(key);
    });
    return answer.level;
  };

  const accountOf = ({ sponsor, sponsorAccess }: Blueprint): string | null => {
    const account = access.accountOf(sponsor);
    if (account === null && sponsorAccess !== 'unverified') throw noAccount(sponsor);
    return account;
  };

  return {
    standing: (blueprint) => (accountOf(blueprint) === null ? 'unverified' : 'verified'),
    assert: async (blueprint, asks, maxAgeMs) => {
      const account = accountOf(blueprint);
      if (account === null) return;
      const wanted = new Map<string, 'read' | 'write'>();
      for (const { thing, wants } of asks.map(access.about)) {
        if (wanted.get(thing) !== 'write') wanted.set(thing, wants);
      }
      const levels = [...wanted].map(async ([thing, wants]) => ({
        wants,
        level: await levelOf(account, thing, maxAgeMs),
      }));
      for (const { wants, level } of await Promise.all(levels)) {
        if (level === 'none') throw access.absent(mayNot(blueprint, 'read'));
        if (wants === 'write' && level === 'read') throw mayNot(blueprint, 'write');
      }
    },
  };
}

/** What is sealed of that: nothing where all is held against the sponsor. */
export function unverified<A>(sponsors: Sponsors<A>, blueprint: Blueprint): { readonly sponsor_access?: 'unverified' } {
  return sponsors.standing(blueprint) === 'unverified' ? { sponsor_access: 'unverified' } : {};
}

/** Throws AppError `bad_configuration` with every blueprint that its sponsor keeps from being used, by file. */
export function assertSponsorsKnown<A>(sponsors: Sponsors<A>, blueprints: readonly Blueprint[]): void {
  const problems = blueprints.flatMap((blueprint) => {
    try {
      sponsors.standing(blueprint);
      return [];
    } catch (error) {
      const denial = sponsorDenial(error);
      if (denial === null) throw error;
      return [`${blueprint.source}: sponsor: ${denial.message}`];
    }
  });
  if (problems.length === 0) return;
  throw new AppError('bad_configuration', problems.join('\n'), {
    next: 'Name the accounts of these sponsors in the list of people, or write sponsor_access: unverified into the blueprints.',
  });
}

/** What an error says of a sponsor who may not, also where its reader is told that there is nothing; else null. */
export function sponsorDenial(error: unknown): AppError | null {
  if (!(error instanceof AppError)) return null;
  const said = error.cause instanceof AppError ? error.cause : error;
  return said.code === 'not_permitted' ? said : null;
}

/**
 * The same for a reader who is told that there is nothing, in the words that a call has for that, so that both are told
 * alike; any other error as it is.
 */
export function toldAsAbsent(error: unknown, absent: AppError | undefined): unknown {
  const denial = sponsorDenial(error);
  if (absent === undefined || denial === null || error === denial) return error;
  const { code, message, next } = absent;
  return new AppError(code, message, { ...(next !== undefined && { next }), cause: denial });
}

function noAccount(sponsor: string): AppError {
  return new AppError('not_permitted', `The sponsor "${sponsor}" has no account here that is known.`, {
    next: 'Ask the operator to name it in the list of people, or to write sponsor_access: unverified into the blueprint.',
  });
}

function mayNot({ sponsor }: Blueprint, what: 'read' | 'write'): AppError {
  const can = what === 'read' ? 'read this' : 'write there, only read';
  return new AppError('not_permitted', `The sponsor "${sponsor}" may not ${can}, so an agent may not for them.`, {
    next: 'Ask a person who may, or ask the operator to give the sponsor that permission.',
  });
}

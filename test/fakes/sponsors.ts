import type { KnowledgeAsk } from '#capabilities/knowledge/types.ts';
import type { RepoAsk } from '#capabilities/repo/types.ts';
import type { TicketAsk } from '#capabilities/ticket/types.ts';
import { type SponsorAccess, type SponsorLevel, type Sponsors, sponsorsOf } from '#shared/changes/sponsors.ts';
import { AppError } from '#shared/errors.ts';

/** What people may do on a backend: everything unless something else is given. */
export type SponsorTable<A> = {
  readonly access: SponsorAccess<A>;
  readonly sponsors: Sponsors<A>;
  /** Each question that reached the backend: `alice acme/web`. */
  readonly asked: string[];
  /** By question; what a function throws is the backend's failure. */
  readonly levels: Map<string, SponsorLevel | (() => SponsorLevel)>;
  /** Those who have no account there. */
  readonly strangers: Set<string>;
  /** Lets time go by, in milliseconds. */
  readonly pass: (ms: number) => void;
};

function sponsorTable<A>(about: SponsorAccess<A>['about']): SponsorTable<A> {
  const [asked, levels, strangers]: [string[], SponsorTable<A>['levels'], Set<string>] = [[], new Map(), new Set()];
  let time = 0;
  const access: SponsorAccess<A> = {
    accountOf: (sponsor) => (strangers.has(sponsor) ? null : sponsor),
    about,
    levelOf: async (account, thing) => {
      asked.push(`${account} ${thing}`);
      const level = levels.get(`${account} ${thing}`) ?? 'write';
      return typeof level === 'function' ? level() : level;
    },
    absent: (cause) => new AppError('not_found', 'There is no such thing.', { cause }),
  };
  const pass = (ms: number): void => {
    time += ms;
  };
  return { access, sponsors: sponsorsOf(access, () => time), asked, levels, strangers, pass };
}

/** Those of a backend of repositories. */
export function repoSponsors(): SponsorTable<RepoAsk> {
  return sponsorTable(({ repository, want }) => ({ thing: repository, wants: want }));
}

/** Those of a tracker. */
export function ticketSponsors(): SponsorTable<TicketAsk> {
  return sponsorTable(({ project, want }) => ({ thing: project, wants: want }));
}

/** Those of a knowledge base. */
export function knowledgeSponsors(): SponsorTable<KnowledgeAsk> {
  return sponsorTable(({ namespace, want }) => ({ thing: namespace, wants: want }));
}

/** Those of a notebook, to which every ask wants to write. */
export function noteSponsors(): SponsorTable<{ readonly note: string }> {
  return sponsorTable(() => ({ thing: 'notebook', wants: 'write' }));
}

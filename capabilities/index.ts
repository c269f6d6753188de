import type { Capability } from '#shared/tools/index.ts';
import { changeQueue } from './change-queue/capability.ts';
import type { KnowledgeAsk, KnowledgeTarget } from './knowledge/types.ts';
import { knowledgeRead } from './knowledge-read/capability.ts';
import type { KnowledgeReader } from './knowledge-read/ports.ts';
import { knowledgeWrite } from './knowledge-write/capability.ts';
import type { KnowledgeWriter } from './knowledge-write/ports.ts';
import type { RepoAsk, RepoTarget } from './repo/types.ts';
import { repoMerge } from './repo-merge/capability.ts';
import { repoRead } from './repo-read/capability.ts';
import type { RepoReader } from './repo-read/ports.ts';
import { repoWrite } from './repo-write/capability.ts';
import type { RepoWriter } from './repo-write/ports.ts';
import type { TicketAsk, TicketTarget } from './ticket/types.ts';
import { ticketRead } from './ticket-read/capability.ts';
import type { TicketReader } from './ticket-read/ports.ts';
import { ticketWrite } from './ticket-write/capability.ts';
import type { TicketWriter } from './ticket-write/ports.ts';

/** What a server of repositories offers. */
export const repoCapabilities: readonly Capability<RepoReader, RepoWriter, RepoAsk, RepoTarget>[] = [
  repoRead,
  repoWrite,
  repoMerge,
];

/** What a server of tickets offers. */
export const ticketCapabilities: readonly Capability<TicketReader, TicketWriter, TicketAsk, TicketTarget>[] = [
  ticketRead,
  ticketWrite,
];

/** What a server of pages offers. */
export const knowledgeCapabilities: readonly Capability<
  KnowledgeReader,
  KnowledgeWriter,
  KnowledgeAsk,
  KnowledgeTarget
>[] = [knowledgeRead, knowledgeWrite];

/** Every capability there is: what a blueprint can grant. */
export const allCapabilities = [...repoCapabilities, ...ticketCapabilities, ...knowledgeCapabilities, changeQueue];

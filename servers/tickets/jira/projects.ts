import * as z from 'zod';
import type { Named, Status } from '#capabilities/ticket/types.ts';
import type { CustomField, Project } from '#capabilities/ticket-read/ports.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { remembered } from '#shared/http/remembered.ts';
import { type FieldMeta, fieldMeta, jiraStatus, named, project } from './answers.ts';
import { customFieldOf, isCustom } from './custom-fields.ts';
import { isProjectKey } from './ids.ts';
import { projectRefOf, statusOf, urlOf } from './tickets.ts';

/** For how long what a project is made of counts, in milliseconds. */
const maxAgeMs = 60_000;

/** More types than a project has in earnest, and more fields than a type has. */
const mostTypes = 50;
const mostFields = 200;

const typesWithStatuses = z.array(z.object({ ...named.shape, statuses: z.array(jiraStatus) }));
const creatable = z.object({ issueTypes: z.array(named).optional(), createMetaIssueType: z.array(named).optional() });
const metaField = z.object({ ...fieldMeta.shape, fieldId: z.string() });
const fieldPage = z.object({ fields: z.array(metaField).optional(), results: z.array(metaField).optional() });

/** A project as a search needs it: its immutable id, and what its tickets can be. */
export type Searched = {
  readonly id: string;
  readonly types: readonly Named[];
  readonly statuses: readonly Status[];
};

export type Projects = {
  /** Null where there is none, or none that the account may see. */
  readonly project: (key: string) => Promise<Project | null>;
  readonly searched: (key: string) => Promise<Searched | null>;
  readonly priorities: () => Promise<readonly Named[]>;
};

export function jiraProjects({
  reads,
  site,
  now,
}: {
  readonly reads: Reads;
  readonly site: string;
  readonly now: () => number;
}): Projects {
  const priorities = remembered({ ask: () => readPriorities(reads), maxAgeMs, now });
  const searched = remembered({ ask: (key) => readSearched(reads, key), maxAgeMs, now });
  const types = remembered({ ask: (key) => readTypes(reads, key), maxAgeMs, now });
  return {
    priorities: () => priorities(''),
    searched: async (key) => (isProjectKey(key) ? searched(key) : null),
    project: async (key) => {
      if (!isProjectKey(key)) return null;
      const found = await reads.get({ path: ['project', key], answer: project });
      if (found === null) return null;
      const archived = found.archived === true;
      const [known, made, all] = await Promise.all([
        searched(found.key),
        // Nothing can be made in an archived project, so that Jira does not say what could be.
        archived ? { types: [], priorities: [] } : types(found.id),
        priorities(''),
      ]);
      const plain = (known?.types ?? []).map((type) => ({ ...type, custom: [] }));
      return {
        ...projectRefOf(found),
        url: urlOf(site, found.key),
        archived,
        types: made.types.length > 0 ? made.types : plain,
        priorities: made.priorities.length > 0 ? made.priorities : all,
        statuses: known?.statuses ?? [],
      };
    },
  };
}

async function readPriorities(reads: Reads): Promise<readonly Named[]> {
  return (await reads.get({ path: ['priority'], answer: z.array(named) })) ?? [];
}

async function readSearched(reads: Reads, key: string): Promise<Searched | null> {
  const found = await reads.get({ path: ['project', key], answer: project });
  if (found === null) return null;
  const types = await reads.get({ path: ['project', found.id, 'statuses'], answer: typesWithStatuses });
  const statuses = (types ?? []).flatMap((type) => type.statuses.map(statusOf));
  return {
    id: found.id,
    types: (types ?? []).map(({ id, name }) => ({ id, name })),
    statuses: [...new Map(statuses.map((status) => [status.id, status])).values()],
  };
}

type Made = {
  readonly types: readonly (Named & { readonly custom: readonly CustomField[] })[];
  readonly priorities: readonly Named[];
};

/** The types that the account can make tickets of there, each with its fields. */
async function readTypes(reads: Reads, projectId: string): Promise<Made> {
  const path = ['issue', 'createmeta', projectId, 'issuetypes'];
  const page = await reads.get({ path, query: { maxResults: String(mostTypes) }, answer: creatable });
  const types = page?.issueTypes ?? page?.createMetaIssueType ?? [];
  const all = await Promise.all(
    types.map(async (type) => {
      const query = { maxResults: String(mostFields) };
      const found = await reads.get({ path: [...path, type.id], query, answer: fieldPage });
      return { type, fields: found?.fields ?? found?.results ?? [] };
    }),
  );
  const priorities = all.flatMap(({ fields }) => fields.filter(isPriority).flatMap(optionsOf));
  return {
    types: all.map(({ type, fields }) => ({
      ...type,
      custom: fields.filter(({ fieldId }) => isCustom(fieldId)).map((meta) => customFieldOf(meta.fieldId, meta)),
    })),
    priorities: [...new Map(priorities.map((priority) => [priority.id, priority])).values()],
  };
}

const isPriority = ({ schema }: FieldMeta): boolean => schema.system === 'priority';

const optionsOf = ({ allowedValues = [] }: FieldMeta): readonly Named[] =>
  allowedValues.flatMap((value) => named.safeParse(value).data ?? []);

import { noNamespace } from '#capabilities/knowledge/asks.ts';
import type { KnowledgePage, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Contents, Receipts } from '#shared/tools/index.ts';
import { assertFits } from '../fits.ts';
import { kept } from '../kept.ts';
import { atOf, factsOf, namespaceRefOf, refOf, writtenBy } from '../tool.ts';
import { type CreatePlan, type CreateState, createStep, type Made } from './plan.ts';

export type WantedPage = {
  readonly namespace: string;
  readonly parent?: string | undefined;
  readonly title: string;
  readonly text: string;
};

/** The place that a page is to be made at. Throws {@link noneOf}, and AppError `too_large` before anything is asked. */
export async function lookAtPlace(reader: KnowledgeReader, wanted: WantedPage): Promise<CreateState> {
  assertFits(wanted, reader.backend);
  const [namespace, under] = await Promise.all([
    reader.namespace(wanted.namespace),
    wanted.parent === undefined ? null : reader.page(wanted.parent),
  ]);
  if (namespace === null || (wanted.parent !== undefined && under === null)) throw noneOf(wanted);
  return {
    namespace: namespaceRefOf(namespace),
    archived: namespace.archived,
    under: under && atOf(under),
    backend: factsOf(reader),
    made: null,
  };
}

/** The one answer where the namespace, or the page to put it under, is not there or outside what is granted. */
export function noneOf({ namespace, parent }: Pick<WantedPage, 'namespace' | 'parent'>): AppError {
  if (parent === undefined) return noNamespace(namespace);
  const message = `There is no namespace ${namespace}, or no page ${JSON.stringify(parent)}, or none that you may use so.`;
  return new AppError('not_found', message, { next: 'list_pages shows what you may read.' });
}

/** The same once it is carried out: the page that was made. */
export async function lookAtMade(
  reader: KnowledgeReader,
  { plan, before, receipts }: { readonly plan: CreatePlan; readonly before: CreateState; readonly receipts: Receipts },
  contents: Contents,
): Promise<CreateState> {
  const id = plan.kind === 'create' ? writtenBy(receipts, createStep)?.id : plan.page.id;
  const found = id === undefined ? null : await reader.page(id);
  return { ...before, made: found && (await madeOf(reader, found, contents)) };
}

/** Who says something is among the newest comments; a page of them is enough to see whether somebody else did. */
const comments = 50;

/** More than these under a page are no restore of a set. */
const mostUnder = 100;

async function underOf(reader: KnowledgeReader, page: KnowledgePage): Promise<Pick<Made, 'under'>> {
  if (page.parent !== true) return {};
  const { items, cursor } = await reader.children(namespaceRefOf(page.namespace), page.id, { limit: mostUnder });
  return items.length === 0 || cursor !== null ? {} : { under: items.map(({ id }) => id) };
}

async function madeOf(reader: KnowledgeReader, page: KnowledgePage, contents: Contents): Promise<Made> {
  const found = page.comments === 0 ? [] : (await reader.comments(refOf(page), { limit: comments })).items;
  return {
    at: atOf(page),
    body: kept(page.body, contents),
    parent: page.parent,
    ...(await underOf(reader, page)),
    agent: page.revision.provenance.agent,
    said: [...new Set(found.map(({ provenance }) => provenance.agent))],
  };
}

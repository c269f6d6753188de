import * as z from 'zod';
import { type Examined as Connection, failureWords, lookAtAccount } from '#shared/atlassian/examine.ts';
import { findings } from '#shared/doctor/finding.ts';
import type { Finding, Report } from '#shared/doctor/report.ts';
import type { People } from './people.ts';
import { v1, v2 } from './product.ts';
import type { Spaces } from './spaces.ts';

type Examined = Connection & { readonly people: People; readonly spaces: Spaces };

/** Looks at the connection to Confluence; what is wrong is a finding. Nothing is written. */
export async function examineConfluence(examined: Examined, spaces: readonly string[]): Promise<Report> {
  const { endpoints, people } = examined;
  const head = { format: 'countersign/doctor@1', server: 'knowledge', backend: endpoints.site } as const;
  const looked = await lookAtAccount(examined, { path: [...v1, 'user', 'current'], person: people.self });
  const { reached, taken, found } = looked;
  const ofSpaces = taken ? await Promise.all(spaces.map((key) => lookAtSpace(examined, key))) : [];
  return { ...head, reached, findings: [...found, ...ofSpaces.flat()] };
}

const operation = z.object({ operation: z.string(), targetType: z.string() });
const operations = z.object({ operations: z.array(operation).default([]) });

/** What the tools do there, and what none of them does and would do harm. */
const wanted = ['create page', 'create comment', 'delete page'];
const harmful = ['purge page', 'administer space', 'delete space'];

async function lookAtSpace({ product, reads, spaces }: Examined, key: string): Promise<readonly Finding[]> {
  const { ok, advice, wrong } = findings(key);
  try {
    const found = await spaces.namespace(key);
    if (found === null) {
      const next = 'Check the key, and let the account view the space.';
      return [wrong('space', 'There is no such space, or this server cannot see it.', next)];
    }
    const path = [...v2, 'spaces', found.id, 'operations'];
    const may = new Set((await reads.get({ path, answer: operations }))?.operations.map(wordOf));
    const missing = wanted.filter((one) => !may.has(one));
    const beyond = harmful.filter((one) => may.has(one));
    const next = 'Take them away.';
    return [
      found.archived
        ? advice('space', 'It is archived: nothing can be written to it.')
        : ok('space', 'It can be seen.'),
      missing.length === 0
        ? ok('permissions', 'The account may do there what the tools can do.')
        : advice('permissions', `The account may not ${missing.join(', ')}: the tools that need it are refused.`),
      ...(beyond.length === 0 ? [] : [advice('permissions', `No tool needs to ${beyond.join(', ')}.`, next)]),
    ];
  } catch (error) {
    const { message, next } = failureWords(product, error);
    return [wrong('space', message, next)];
  }
}

const wordOf = ({ operation: what, targetType }: z.infer<typeof operation>): string => `${what} ${targetType}`;

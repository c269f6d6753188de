import * as z from 'zod';
import type { SealedBody } from '#shared/changes/sealed.ts';
import { reveal } from './reveal.ts';

/** So many names are told in a list; the rest is counted. */
const mostNamed = 3;

const named = z.union([
  z.object({ repository: z.string() }).transform(({ repository }) => repository),
  z.object({ project: z.string() }).transform(({ project }) => project),
  z.object({ namespace: z.string() }).transform(({ namespace }) => namespace),
]);
const onBranch = z.object({ branch: z.string() });

/** What a change touches, in names that people know. Every text is safe to look at. */
export function placeView({ backend, target, plan, effects }: SealedBody) {
  const files = [...new Set(effects.filter((effect) => effect.kind === 'file').map(({ path }) => path))];
  const things = [...new Set(effects.filter((effect) => effect.kind !== 'file').map((effect) => effect.target))];
  return {
    /** The repository, the project of tickets, the namespace of pages, or the system where there are none. */
    name: reveal(named.safeParse(target).data ?? backend),
    branch: revealOr(onBranch.safeParse(plan).data?.branch),
    things: things.slice(0, mostNamed).map(reveal),
    more_things: Math.max(0, things.length - mostNamed),
    files: files.slice(0, mostNamed).map(reveal),
    more_files: Math.max(0, files.length - mostNamed),
  };
}

function revealOr(text: string | undefined): string | null {
  return text === undefined ? null : reveal(text);
}

import * as z from 'zod';
import { shorten } from '#capabilities/common/text.ts';
import { type Provenance, provenance } from '#capabilities/knowledge/types.ts';
import { trust } from '#shared/tools/index.ts';

/** Whom a text comes from, as answers say it. */
export const provenanceView = z.strictObject({
  kind: provenance.shape.kind,
  by: z.string().exactOptional(),
  agent: z.string().exactOptional(),
  source: z.string().exactOptional().describe('The change that wrote it, or where it was taken from.'),
  trust: trust.describe('untrusted: perhaps the words of anybody, or of an agent that had read such words.'),
  quarantined: z
    .literal(true)
    .exactOptional()
    .describe('It waits until a person accepts it: other agents do not see it.'),
});
type View = z.infer<typeof provenanceView>;

/** In short, without who it is by. */
export const provenanceShort = provenanceView.omit({ by: true, source: true });

export function provenanceOf(of: Provenance, show: (text: string) => string): View {
  const { by, source } = of;
  return {
    ...shortOf(of, show),
    ...(by !== null && { by: shorten(show(by.name), 60) }),
    ...(source !== null && { source: shorten(show(source), 120) }),
  };
}

export function shortOf(
  { kind, agent, trust: how, quarantined }: Provenance,
  show: (text: string) => string,
): z.infer<typeof provenanceShort> {
  return {
    ...{ kind, trust: how },
    ...(agent !== null && { agent: shorten(show(agent), 60) }),
    ...(quarantined && { quarantined }),
  };
}

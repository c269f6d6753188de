import * as z from 'zod';
import type { Grantable } from './blueprint.ts';

/** `decide` of a review rule: the rule itself decides what it is about, and no person. */
export const decideSchema = z.literal('policy', 'A rule may say policy; leave this out where people decide.');

type Written = {
  readonly own?: boolean | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly flags?: readonly string[] | undefined;
  readonly reaches?: readonly string[] | undefined;
} & Readonly<Partial<Record<(typeof ofPeople)[number], unknown>>>;

/** What says how people decide. */
const ofPeople = ['by', 'quorum', 'exclude', 'step_up', 'grant'] as const;

/**
 * Says what is wrong with a rule that decides by itself. What it leaves open is spelled out, so that whoever reads the
 * blueprint sees all of what no person will look at.
 */
export function checkPolicy(
  rule: Written,
  capabilities: readonly Pick<Grantable, 'tools'>[],
  say: (key: string, message: string) => void,
): void {
  const { own, tools, flags, reaches } = rule;
  if (own !== true) {
    say('decide', 'A rule decides only what builds on the agent’s own work: this has to say own: true.');
  }
  for (const key of ['flags', 'reaches'] as const) {
    if (rule[key] === undefined) say('decide', `This has to say which ${key} it lets pass: ${key}: none, or a list.`);
  }
  if (tools === undefined) say('decide', 'This has to say for which tools it decides.');
  const all = capabilities.flatMap((one) => one.tools);
  for (const name of tools ?? []) {
    if (all.find((tool) => tool.name === name)?.decidable === 'by_policy') continue;
    say('tools', `A person has to decide ${name}: no rule may.`);
  }
  if (flags?.includes('overwrites_others')) say('flags', 'A person has to decide what overwrites others’ work.');
  if (reaches?.includes('leaves_organisation')) say('reaches', 'A person has to decide what leaves the organisation.');
  for (const key of ofPeople) {
    if (rule[key] !== undefined) say(key, 'Where the rule does not hold, people decide as default says.');
  }
}

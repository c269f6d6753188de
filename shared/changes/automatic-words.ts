import type { AutomaticBy } from './automatic.ts';

/** What decided instead of a person, in words for people. Names are those of the blueprint: they are not made visible. */
export function automaticWords(by: AutomaticBy): string {
  if (by.kind === 'grant') return `the task grant ${by.grant} (change ${by.number} under it)`;
  if (by.kind === 'review') {
    const who = by.reviews.map(({ person, login }) => `${person} (@${login})`);
    return `review on GitHub of ${by.head}: ${who.join(', ')}`;
  }
  const { index, name } = by.rule;
  return `a policy rule of blueprint ${by.blueprint.name} (${name ?? `rule ${index + 1}`})`;
}

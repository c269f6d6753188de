import { addBasics } from '../people/basics.ts';
import { type Hands, handsOf } from '../people/hands.ts';
import { addPerson, createProject } from '../people/projects.ts';
import type { Tracker } from '../tracker/tracker.ts';
import { help, security } from './others.ts';
import { people, projects } from './projects.ts';
import type { Script, Step } from './script.ts';
import { webBegun } from './web-begun.ts';
import { webOpen } from './web-open.ts';

/** Fills a new tracker with the projects of the demo, in the transaction that it is given. */
export function seed(tracker: Tracker): void {
  addBasics(tracker);
  for (const person of people) addPerson(tracker, person);
  for (const project of projects) createProject(tracker, project);
  const acts = [...webBegun, ...webOpen, ...help, ...security].flatMap((script) => actsOf(tracker, script));
  for (const { act } of acts.sort((one, other) => (one.at < other.at ? -1 : 1))) act();
}

type Act = { readonly at: string; readonly act: () => void };

function actsOf(tracker: Tracker, { key, type, by, at, fields, life = [] }: Script): Act[] {
  const as = (login: string, time: string): Hands => handsOf(tracker, login, () => Date.parse(time));
  const [project = ''] = key.split('-');
  const make = (): void => {
    const made = as(by, at).create(project, type, fields);
    if (made !== key) throw new Error(`the tickets of the demo are not in order: ${key} became ${made}`);
  };
  return [
    { at, act: make },
    ...life.map(([time, login, what]) => ({ at: time, act: () => play(as(login, time), key, what) })),
  ];
}

function play(hands: Hands, key: string, what: Step[2]): void {
  if ('comment' in what) hands.comment(key, what.comment, what.toCustomers ? 'customers' : 'team');
  else if ('transition' in what) hands.transition(key, what.transition);
  else if ('edit' in what) hands.edit(key, what.edit);
  else hands.link(key, ...what.link);
}

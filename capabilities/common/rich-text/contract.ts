import { listed } from '#capabilities/common/listed.ts';
import { AppError } from '#shared/errors.ts';
import { namesOf, type Placeholder, shownOf, signOf, signsIn } from './placeholder.ts';

/**
 * A text of somebody with signs for its placeholders, which begin with the name of their format. Throws AppError `unsupported` where one is missing, twice there,
 * changed, or none of this text; `invalid_arguments` for what could be taken for a sign.
 */
export function contracted(text: string, placeholders: readonly Placeholder[], format: string): string {
  if (signsIn(text).length > 0) throw new AppError('invalid_arguments', 'The text must not have a number in ⟦ and ⟧.');
  const { skeleton, counts, others } = found(text, placeholders, format);
  const names = namesOf(placeholders);
  const is = (test: (count: number) => boolean) => names.filter((_name, index) => test(counts.get(index) ?? 0));
  const changed = others.filter((name) => names.includes(name));
  const invented = others.filter((name) => !names.includes(name));
  const problems = [
    { says: 'changes', names: changed },
    { says: 'has, unlike the text there,', names: invented },
    { says: 'has more than once', names: is((count) => count > 1) },
    { says: 'drops', names: is((count) => count === 0) },
  ];
  const problem = problems.find((each) => each.names.length > 0);
  if (problem) throw refused(`${problem.says} ${listed(problem.names)}`, `${format}:`);
  return skeleton;
}

function found(text: string, placeholders: readonly Placeholder[], format: string) {
  const opening = `⟦${format}:`;
  const known = new Map(shownOf(placeholders, format).map((shown, index) => [shown, index]));
  const counts = new Map<number, number>();
  const others: string[] = [];
  let skeleton = '';
  let rest = 0;
  for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, rest)) {
    const end = text.indexOf('⟧', at);
    const whole = text.slice(at, end === -1 ? undefined : end + 1);
    const index = known.get(whole);
    if (index === undefined) others.push(nameIn(whole.slice(opening.length)));
    else counts.set(index, (counts.get(index) ?? 0) + 1);
    skeleton += text.slice(rest, at) + (index === undefined ? '' : signOf(index));
    rest = at + whole.length;
  }
  return { skeleton: skeleton + text.slice(rest), counts, others };
}

function nameIn(shown: string): string {
  return /^[A-Za-z0-9_:.-]{0,70}/u.exec(shown)?.[0] ?? '';
}

/** The refusal of a text in which placeholders are not as they were. */
function refused(what: string, format = ''): AppError {
  return new AppError('unsupported', `The new text ${what}. What Markdown cannot say has to stay as it is.`, {
    next: `Keep each ⟦${format}…⟧ of the text exactly as it stands there, once, in its place or another like it.`,
  });
}

/** The refusal of a text that has a placeholder where its node cannot stand. */
export function misplaced({ node }: Placeholder): AppError {
  return refused(`has the ${JSON.stringify(node.type)} of a ⟦…⟧ where it cannot stand`);
}
